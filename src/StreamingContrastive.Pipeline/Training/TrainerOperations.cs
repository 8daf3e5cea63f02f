using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Operations;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>What operators ask of a trainer, in the trainer's thread. A pause lasts as long as this trainer: the next one trains.</summary>
/// <param name="parts">Clock and node.</param>
/// <param name="loop">The model and its offsets.</param>
/// <param name="ingest">The ingests.</param>
/// <param name="checkpoints">Checkpoints.</param>
/// <param name="progress">Progress.</param>
internal sealed class TrainerOperations(TrainerParts parts, TrainingLoop loop, IngestSide ingest, CheckpointCycle checkpoints, TrainerProgress progress)
{
    private readonly TickRate _trained = new(parts.Clock);
    private readonly Dictionary<Guid, TickRate> _sent = [];
    private readonly List<Action<object>> _waiting = [];

    /// <summary>Answers what an operator asks; false for any other message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="answer">To whoever sent it.</param>
    public bool Handle(object message, Action<object> answer)
    {
        switch (message)
        {
            case DescribeTrainer:
                answer(new TrainerDescribed(Describe()));
                return true;
            case PauseTraining pause:
                answer(new OperationAnswered(Pause(pause.IsPaused)));
                return true;
            case TakeCheckpoint:
                Take(answer);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Some time has passed.</summary>
    public void Ticked()
    {
        _trained.Observe(loop.Counters.Trained);
        foreach (var gone in _sent.Keys.Where(id => !ingest.Ingests.ContainsKey(id)).ToList())
        {
            _sent.Remove(gone);
        }

        foreach (var (id, link) in ingest.Ingests)
        {
            if (!_sent.TryGetValue(id, out var rate))
            {
                _sent[id] = rate = new TickRate(parts.Clock);
            }

            rate.Observe(link.Account.Sent);
        }
    }

    /// <summary>A checkpoint is durable: whoever waited for one hears of it.</summary>
    public void Committed(CheckpointManifest manifest)
    {
        if (checkpoints.IsDemanded)
        {
            return; // The one that was under way when it was asked for; that of now comes next.
        }

        foreach (var answer in _waiting)
        {
            answer(new OperationAnswered(new OperationResult(IsDone: true, $"The checkpoint {manifest.Name} is durable, with model version {manifest.ModelVersion}.")));
        }

        _waiting.Clear();
    }

    private void Take(Action<object> answer)
    {
        if (checkpoints.TryDemand())
        {
            _waiting.Add(answer);
            return;
        }

        answer(new OperationAnswered(new OperationResult(IsDone: true, $"Nothing was trained since the newest checkpoint, {progress.Checkpoint ?? "of the start"}.")));
    }

    private OperationResult Pause(bool isPaused)
    {
        var was = ingest.IsPaused;
        ingest.IsPaused = isPaused;
        if (!isPaused)
        {
            ingest.GrantCredit();
        }

        return new OperationResult(IsDone: true, (isPaused, was) switch
        {
            (true, false) => "Paused: no more credit is granted. What was granted before is still trained.",
            (true, true) => "It was paused already.",
            (false, true) => "Resumed: credit is granted again.",
            _ => "It was not paused.",
        });
    }

    private TrainerStatus Describe() => new()
    {
        Node = parts.Settings.Node,
        LineageEpoch = loop.Ledger.LineageEpoch,
        Step = loop.Step,
        ModelVersion = (ulong)loop.ModelVersion,
        Checkpoint = progress.Checkpoint,
        IsPaused = ingest.IsPaused,
        Trained = loop.Counters.Trained,
        Pending = loop.PendingRecords,
        Lag = progress.Lag,
        RecordsPerSecond = _trained.PerSecond,
        Ingests = [.. Ingests(loop.Ledger.TrainedTable())],
    };

    private IEnumerable<IngestStatus> Ingests(IReadOnlyDictionary<PartitionId, long> trained) =>
        from entry in ingest.Ingests
        let link = entry.Value
        orderby link.Node
        select new IngestStatus(
            link.Node, link.Account.Sent, link.Account.Granted, _sent.GetValueOrDefault(entry.Key)?.PerSecond ?? 0,
            [.. link.Positions.OrderBy(p => p.Partition.Topic, StringComparer.Ordinal).ThenBy(p => p.Partition.Partition).Select(p => Describe(p, trained))]);

    private static PartitionStatus Describe(PartitionPosition position, IReadOnlyDictionary<PartitionId, long> trained)
    {
        var next = trained.TryGetValue(position.Partition, out var known) ? known : -1;
        return new PartitionStatus(
            position.Partition.Topic, position.Partition.Partition, next, next >= 0 && position.HighWatermark is { } high ? Math.Max(0, high - next) : -1);
    }
}
