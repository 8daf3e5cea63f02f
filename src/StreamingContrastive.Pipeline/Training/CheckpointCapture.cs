using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Checkpoints;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>A captured state: the content to write, and the model's part of it, to freeze the published snapshot from.</summary>
internal sealed record CapturedVersion(CheckpointContent Content, TrainerState State);

/// <summary>
/// Describes checkpoints: which files a trainer's state becomes, and with what they are stamped. Taking one copies the state on
/// the trainer's thread; the files are written from that copy by the writer's.
/// </summary>
internal sealed class CheckpointCapture(ulong versionFloor, ulong seed, string clusterId, IReadOnlyDictionary<string, string> topicIds, ReadOnlyMemory<byte> configuration)
{
    private ulong _lastVersion = versionFloor;

    /// <summary>Copies everything that moves together, and takes the outbox.</summary>
    public CapturedVersion Take(TrainingLoop loop, IOutputDelivery delivery)
    {
        var state = loop.Trainer.CopyState();
        var content = new CheckpointContent
        {
            Step = loop.Step,
            ModelVersion = ++_lastVersion,
            SpaceId = loop.Trainer.SpaceId,
            ClusterId = clusterId,
            TopicIds = topicIds,
            NextOffsets = loop.Ledger.TrainedTable(),
            Counters = loop.Counters,
            Seed = seed,
            Configuration = configuration,
            Files = TrainerStateFiles.Write(state),
            Outbox = delivery.TakeOutbox(),
            OutputsAcknowledged = delivery.WhenAcknowledged(),
        };
        loop.Captured(content.ModelVersion);
        return new CapturedVersion(content, state);
    }
}
