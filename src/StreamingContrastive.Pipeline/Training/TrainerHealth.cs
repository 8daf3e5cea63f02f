using StreamingContrastive.Learning.Guards;
using StreamingContrastive.Pipeline.Checkpoints;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>
/// Knows which checkpoints a guard may go back to. One is healthy only by what is seen after it: a measure of a later step that shows no
/// sign of collapse, or, where nobody watches for that, a later step that could be applied at all. So none that was taken
/// after a collapse began is ever among them. The untrained encoder counts as healthy: a fresh start would make the same.
/// </summary>
/// <param name="detector">The trip-wire; null when guards:collapse is false.</param>
internal sealed class TrainerHealth(CollapseDetector? detector)
{
    // Unconfirmed checkpoints that are older than these are gone from the disk or of no use.
    private const int MostUnconfirmed = 16;

    private readonly Queue<CheckpointName> _unconfirmed = new();
    private long _goodStep = -1;

    /// <summary>Signs of a collapse show, and the verdict is open: outputs that can still wait, wait.</summary>
    public bool IsSuspect => detector?.Last.Health is EncoderHealth.Suspect or EncoderHealth.Collapsed;

    /// <summary>The last verdict; null where nobody watches for a collapse.</summary>
    public EncoderHealth? State => detector?.Last.Health;

    /// <summary>Takes the outcome of a step; what was seen where the encoder has collapsed, else null.</summary>
    public string? Observe(long step, LoopOutcome outcome)
    {
        if (detector is null)
        {
            _goodStep = outcome.Passed.Trained > 0 ? step : _goodStep;
            return null;
        }

        if (outcome.Metrics is { } metrics && detector.Observe(step, metrics).Health == EncoderHealth.Healthy)
        {
            _goodStep = step;
        }

        if (outcome.Probe is { } probe)
        {
            detector.ObserveRank(step, probe.RankMe);
        }

        var last = detector.Last;
        return last.Health == EncoderHealth.Collapsed ? $"The representations have collapsed since step {last.SinceStep}: {last.Text}" : null;
    }

    /// <summary>A checkpoint is durable.</summary>
    public void Committed(CheckpointName name)
    {
        if (_unconfirmed.Count == MostUnconfirmed)
        {
            _unconfirmed.Dequeue();
        }

        _unconfirmed.Enqueue(name);
    }

    /// <summary>Checkpoints that are confirmed since the last call.</summary>
    public IEnumerable<CheckpointName> TakeConfirmed()
    {
        while (_unconfirmed.TryPeek(out var name) && (name.Step == 0 || name.Step < _goodStep))
        {
            yield return _unconfirmed.Dequeue();
        }
    }
}
