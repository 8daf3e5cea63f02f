using System.Collections.Frozen;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Pipeline.Cluster.Serialization;

/// <summary>
/// Every message that crosses nodes, by the name that it has on the wire. Extend-only: a name is never changed or given to another message.
/// To add one: <see cref="IClusterMessage"/> on the type, a message in topology/contracts/cluster.proto, a line here, a sample in
/// RecordedMessages of the tests.
/// </summary>
internal static class ClusterMessages
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<MessageCodec> All { get; } =
    [
        new ChunkCodec(),
        new ControlCodec<RegisterIngest, Wire.Register>("register", Wire.Register.Parser, IngestWire.Write, IngestWire.Read),
        new ControlCodec<IngestRefused, Wire.Refused>("refused", Wire.Refused.Parser, TrainerWire.Write, TrainerWire.Read),
        new ControlCodec<GapFound, Wire.Gap>("gap", Wire.Gap.Parser, IngestWire.Write, IngestWire.Read),
        new ControlCodec<OffsetTable, Wire.Offsets>("offsets", Wire.Offsets.Parser, TrainerWire.Write, TrainerWire.Read),
        new ControlCodec<CreditGranted, Wire.Credit>("credit", Wire.Credit.Parser, TrainerWire.Write, TrainerWire.Read),
        new ControlCodec<RewindPartition, Wire.Rewind>("rewind", Wire.Rewind.Parser, TrainerWire.Write, TrainerWire.Read),
        new ControlCodec<CommitOffsets, Wire.Commit>("commit", Wire.Commit.Parser, TrainerWire.Write, TrainerWire.Read),
        new ControlCodec<StandbyReady, Wire.StandbyReady>("standby", Wire.StandbyReady.Parser, StandbyWire.Write, StandbyWire.Read),
        new ControlCodec<StandbyRefused, Wire.StandbyRefused>("standbyrefused", Wire.StandbyRefused.Parser, StandbyWire.Write, StandbyWire.Read),
        new ControlCodec<WatchTrainer, Wire.Watch>("watch", Wire.Watch.Parser, _ => new Wire.Watch(), _ => WatchTrainer.Instance),
        new ControlCodec<TrainerSeen, Wire.Seen>("seen", Wire.Seen.Parser, ProgressWire.Write, ProgressWire.Read),
        new ControlCodec<DescribeTrainer, Wire.Describe>("describe", Wire.Describe.Parser, _ => new Wire.Describe(), _ => DescribeTrainer.Instance),
        new ControlCodec<TrainerDescribed, Wire.Described>("described", Wire.Described.Parser, OperatorWire.Write, OperatorWire.Read),
        new ControlCodec<PauseTraining, Wire.Pause>("pause", Wire.Pause.Parser, OperatorWire.Write, OperatorWire.Read),
        new ControlCodec<TakeCheckpoint, Wire.Checkpoint>("checkpoint", Wire.Checkpoint.Parser, _ => new Wire.Checkpoint(), _ => TakeCheckpoint.Instance),
        new ControlCodec<StepDown, Wire.StepDown>("stepdown", Wire.StepDown.Parser, _ => new Wire.StepDown(), _ => StepDown.Instance),
        new ControlCodec<OperationAnswered, Wire.Answered>("answered", Wire.Answered.Parser, OperatorWire.Write, OperatorWire.Read),
    ];

    private static readonly FrozenDictionary<Type, MessageCodec> _byType = All.ToFrozenDictionary(codec => codec.MessageType);
    private static readonly FrozenDictionary<string, MessageCodec> _byManifest = All.ToFrozenDictionary(codec => codec.Manifest);

    /// <summary>The codec of a type.</summary>
    /// <exception cref="ClusterMessageException">There is none.</exception>
    public static MessageCodec Of(Type type) => _byType.TryGetValue(type, out var codec)
        ? codec
        : throw new ClusterMessageException($"{type.Name} has no codec in ClusterMessages, so it cannot be sent to another node.");

    /// <summary>The codec of a manifest.</summary>
    /// <exception cref="ClusterMessageException">There is none.</exception>
    public static MessageCodec Of(string? manifest) => manifest is not null && _byManifest.TryGetValue(manifest, out var codec)
        ? codec
        : throw new ClusterMessageException($"Another node sent a '{Shown(manifest)}' message, which this version does not know. Nodes of one cluster may be one minor version apart, and the newer one may send new messages only to nodes that know them.");

    // From the network into a log.
    private static string Shown(string? manifest) => manifest is { Length: <= 64 } && manifest.All(char.IsAsciiLetterOrDigit) ? manifest : "?";
}
