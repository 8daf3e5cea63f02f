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
        new ControlCodec<GapFound, Wire.Gap>("gap", Wire.Gap.Parser, IngestWire.Write, IngestWire.Read),
        new ControlCodec<OffsetTable, Wire.Offsets>("offsets", Wire.Offsets.Parser, TrainerWire.Write, TrainerWire.Read),
        new ControlCodec<CreditGranted, Wire.Credit>("credit", Wire.Credit.Parser, TrainerWire.Write, TrainerWire.Read),
        new ControlCodec<RewindPartition, Wire.Rewind>("rewind", Wire.Rewind.Parser, TrainerWire.Write, TrainerWire.Read),
        new ControlCodec<CommitOffsets, Wire.Commit>("commit", Wire.Commit.Parser, TrainerWire.Write, TrainerWire.Read),
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
