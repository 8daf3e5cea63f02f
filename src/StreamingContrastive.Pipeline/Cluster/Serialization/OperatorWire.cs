using StreamingContrastive.Pipeline.Operations;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Pipeline.Cluster.Serialization;

/// <summary>What operators and the trainer say to each other, to the wire and back.</summary>
internal static class OperatorWire
{
    /// <summary>To the wire.</summary>
    public static Wire.Pause Write(PauseTraining message) => new() { Paused = message.IsPaused };

    /// <summary>From the wire.</summary>
    public static PauseTraining Read(Wire.Pause wire) => new(wire.Paused);

    /// <summary>To the wire.</summary>
    public static Wire.Answered Write(OperationAnswered message) => new() { Done = message.Result.IsDone, Text = message.Result.Text };

    /// <summary>From the wire.</summary>
    public static OperationAnswered Read(Wire.Answered wire) => new(new OperationResult(wire.Done, wire.Text));

    /// <summary>To the wire.</summary>
    public static Wire.Described Write(TrainerDescribed message)
    {
        var status = message.Status;
        var wire = new Wire.Described
        {
            Node = status.Node,
            LineageEpoch = status.LineageEpoch,
            Step = status.Step,
            ModelVersion = status.ModelVersion,
            Checkpoint = status.Checkpoint ?? "",
            Paused = status.IsPaused,
            Trained = status.Trained,
            Pending = status.Pending,
            LagPlusOne = status.Lag + 1,
            RecordsPerSecond = status.RecordsPerSecond,
        };
        wire.Ingests.AddRange(status.Ingests.Select(Write));
        return wire;
    }

    /// <summary>From the wire.</summary>
    public static TrainerDescribed Read(Wire.Described wire) => new(new TrainerStatus
    {
        Node = wire.Node,
        LineageEpoch = wire.LineageEpoch,
        Step = wire.Step,
        ModelVersion = wire.ModelVersion,
        Checkpoint = wire.Checkpoint.Length == 0 ? null : wire.Checkpoint,
        IsPaused = wire.Paused,
        Trained = wire.Trained,
        Pending = wire.Pending,
        Lag = wire.LagPlusOne - 1,
        RecordsPerSecond = wire.RecordsPerSecond,
        Ingests = [.. wire.Ingests.Select(Read)],
    });

    private static Wire.IngestDescription Write(IngestStatus ingest)
    {
        var wire = new Wire.IngestDescription { Node = ingest.Node, Sent = ingest.Sent, Granted = ingest.Granted, RecordsPerSecond = ingest.RecordsPerSecond };
        wire.Partitions.AddRange(ingest.Partitions.Select(p => new Wire.PartitionDescription
        {
            Topic = p.Topic,
            Partition = p.Partition,
            TrainedPlusOne = p.Trained + 1,
            LagPlusOne = p.Lag + 1,
        }));
        return wire;
    }

    private static IngestStatus Read(Wire.IngestDescription wire) => new(
        wire.Node, wire.Sent, wire.Granted, wire.RecordsPerSecond,
        [.. wire.Partitions.Select(p => new PartitionStatus(p.Topic, p.Partition, p.TrainedPlusOne - 1, p.LagPlusOne - 1))]);
}
