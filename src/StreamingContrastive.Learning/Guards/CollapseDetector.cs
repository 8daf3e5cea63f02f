using System.Globalization;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Learning.Guards;

/// <summary>
/// The trip-wire against representation collapse (learning.md G5): fed with the measures of a step, it says whether the encoder is
/// healthy. Pure: no clock, no tensors, one caller. Its streaks begin anew with the process, so a verdict after a restart takes the
/// full number of measures again.
/// </summary>
/// <param name="limits">Limits.</param>
/// <param name="dimension">d, dimension of the vectors in which the loss is computed.</param>
/// <param name="temperature">T of the loss, for its chance values; a scale that the loss learns (CLIP) takes its place. A sigmoid loss has no such values.</param>
public sealed class CollapseDetector(CollapseLimits limits, int dimension, double temperature)
{
    private static readonly CollapseSignal[] OfSteps = [CollapseSignal.Spread, CollapseSignal.Uniformity, CollapseSignal.Margin, CollapseSignal.Chance, CollapseSignal.Shortcut];

    private readonly Dictionary<CollapseSignal, (int Length, long Since, string Finding)> _streaks = [];
    private double _highestRank;

    /// <summary>The last verdict; healthy before the first measure.</summary>
    public CollapseVerdict Last { get; private set; } = new(EncoderHealth.Healthy, 0, []);

    /// <summary>Takes the measures of one step.</summary>
    public CollapseVerdict Observe(long step, StepMetrics metrics)
    {
        foreach (var signal in OfSteps)
        {
            Count(signal, step, FindingOf(signal, step, metrics));
        }

        return Judge(step);
    }

    /// <summary>Takes an evaluation on the probe.</summary>
    /// <param name="step">Step.</param>
    /// <param name="rankMe">RankMe of the probe's features.</param>
    public CollapseVerdict ObserveRank(long step, double rankMe)
    {
        // An untrained encoder's rank says nothing of a trained one's, so the highest counts from the end of the warm-up.
        _highestRank = step < limits.WarmupSteps ? 0 : Math.Max(_highestRank, rankMe);
        Count(CollapseSignal.Rank, step, rankMe < (1 - limits.MaxRankDrop) * _highestRank
            ? Text($"RankMe fell from {_highestRank:0.##} to {rankMe:0.##}, more than {limits.MaxRankDrop:P0}")
            : null);
        return Judge(step);
    }

    private void Count(CollapseSignal signal, long step, string? finding)
    {
        if (finding is null)
        {
            _streaks.Remove(signal);
            return;
        }

        var before = _streaks.TryGetValue(signal, out var streak) ? streak : (Length: 0, Since: step, Finding: finding);

        // Measures of the warm-up do not count towards a verdict after it.
        _streaks[signal] = step < limits.WarmupSteps ? (0, step, finding) : (before.Length + 1, before.Length == 0 ? step : before.Since, finding);
    }

    private CollapseVerdict Judge(long step)
    {
        var health = _streaks.Count == 0 ? EncoderHealth.Healthy
            : step < limits.WarmupSteps ? EncoderHealth.Unknown
            : _streaks.Any(s => s.Value.Length >= (s.Key == CollapseSignal.Rank ? limits.RankWindows : limits.Windows)) ? EncoderHealth.Collapsed
            : EncoderHealth.Suspect;
        return Last = new CollapseVerdict(health, _streaks.Values.Select(s => s.Since).DefaultIfEmpty(step).Min(), [.. _streaks.OrderBy(s => s.Key).Select(s => s.Value.Finding)]);
    }

    private string? FindingOf(CollapseSignal signal, long step, StepMetrics m) => signal switch
    {
        CollapseSignal.Spread when m.EmbeddingStd < limits.MinSpreadShare / Math.Sqrt(dimension) =>
            Text($"the mean deviation per dimension is {m.EmbeddingStd:0.#####}, healthy is about {1 / Math.Sqrt(dimension):0.####}"),
        CollapseSignal.Uniformity when m.Uniformity > limits.MaxUniformity =>
            Text($"uniformity is {m.Uniformity:0.###}, above {limits.MaxUniformity:0.###}"),
        CollapseSignal.Margin when m.QueueFilled > 0 && m.PositiveSimilarity - m.NegativeSimilarity < limits.MinMargin =>
            Text($"positives ({m.PositiveSimilarity:0.###}) are hardly more alike than negatives ({m.NegativeSimilarity:0.###})"),
        CollapseSignal.Chance when ChanceNear(m) is { } chance => Text($"the loss {m.Loss:0.###} is that of chance ({chance:0.###})"),
        CollapseSignal.Shortcut when step < limits.ShortcutSteps && m.QueueFilled >= limits.ShortcutNegatives && m.Accuracy > limits.MaxAccuracy =>
            Text($"pretext accuracy is {m.Accuracy:P1} after {step} steps only"),
        _ => null,
    };

    // ln(K+1): all candidates alike. ln(K+1) + 1/(2 d T^2): independent random unit vectors (learning.md 1.1).
    private double? ChanceNear(StepMetrics m)
    {
        var alike = Math.Log(m.QueueFilled + 1.0);
        var scale = m.LossScale ?? 1 / temperature;
        double[] chances = [alike, alike + (scale * scale / (2 * dimension))];
        return m.QueueFilled == 0 || m.LossBias is not null ? null : chances.Where(c => Math.Abs(m.Loss - c) <= limits.ChanceShare * c).Select(c => (double?)c).FirstOrDefault();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
