using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Host.Web.Feed;

/// <summary>A stage's part of the time of who does it.</summary>
/// <param name="Who">trainer, workers or ingest.</param>
/// <param name="Stage">Stage.</param>
/// <param name="Share">0 to 1 of the last seconds.</param>
internal sealed record StageShare(string Who, string Stage, double Share);

/// <summary>
/// Where time goes, over the last looks. The trainer is one thread, so its parts and its waiting make up the whole; the workers' part is of
/// all of them together; ingest handles one chunk at a time. Work that is under way counts when it ends.
/// </summary>
internal sealed class StageShares(StageTimes times, TimeProvider clock, int looks)
{
    private static readonly (string Who, string Stage, PipelineStage From)[] _parts =
    [
        ("trainer", "step", PipelineStage.Process),
        ("trainer", "evaluation", PipelineStage.Evaluate),
        ("trainer", "state copy", PipelineStage.CheckpointCopy),
        ("trainer", "map sample", PipelineStage.Sample),
        ("workers", "augmentation", PipelineStage.Augment),
        ("ingest", "waiting for the trainer", PipelineStage.Credit),
        ("ingest", "dead letters", PipelineStage.Letters),
    ];

    private readonly Queue<(long Timestamp, TimeSpan[] Spent)> _looks = new([(clock.GetTimestamp(), Spent(times))]);

    /// <summary>Looks, and says the shares since <c>looks</c> looks ago.</summary>
    public IReadOnlyList<StageShare> Measure()
    {
        var (now, spent) = (clock.GetTimestamp(), Spent(times));
        var (then, before) = _looks.Peek();
        _looks.Enqueue((now, spent));
        if (_looks.Count > looks)
        {
            _looks.Dequeue();
        }

        var elapsed = clock.GetElapsedTime(then, now);
        var shares = new List<StageShare>(_parts.Length + 1);
        for (var i = 0; i < _parts.Length; i++)
        {
            var whole = elapsed * (_parts[i].Who == "workers" ? Math.Max(1, times.AugmentationWorkers) : 1);
            shares.Add(new(_parts[i].Who, _parts[i].Stage, whole > TimeSpan.Zero ? Math.Clamp((spent[i] - before[i]) / whole, 0, 1) : 0));
        }

        var busy = shares.Where(s => s.Who == "trainer").Sum(s => s.Share);
        shares.Insert(4, new("trainer", "waiting", Math.Clamp(1 - busy, 0, 1)));
        return shares;
    }

    private static TimeSpan[] Spent(StageTimes times) => [.. _parts.Select(p => times.Of(p.From))];
}
