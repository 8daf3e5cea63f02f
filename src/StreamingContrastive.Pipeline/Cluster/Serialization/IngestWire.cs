using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Pipeline.Cluster.Serialization;

/// <summary>What an ingest says to the trainer, to the wire and back.</summary>
internal static class IngestWire
{
    /// <summary>To the wire.</summary>
    public static Wire.Register Write(RegisterIngest message)
    {
        var wire = new Wire.Register { Sent = Write(message.Sent), Node = message.Node, Configuration = message.Configuration };
        wire.Positions.AddRange(message.Positions.Select(p => new Wire.Position
        {
            Topic = p.Partition.Topic,
            Partition = p.Partition.Partition,
            NextPlusOne = (p.Next ?? -1) + 1,
            HighWatermarkPlusOne = (p.HighWatermark ?? -1) + 1,
        }));
        return wire;
    }

    /// <summary>From the wire.</summary>
    public static RegisterIngest Read(Wire.Register wire) => new(Read(wire.Sent))
    {
        Node = wire.Node,
        Configuration = wire.Configuration,
        Positions = [.. wire.Positions.Select(p => new PartitionPosition(new PartitionId(p.Topic, p.Partition), Known(p.NextPlusOne), Known(p.HighWatermarkPlusOne)))],
    };

    /// <summary>To the wire.</summary>
    public static Wire.Gap Write(GapFound message) => new()
    {
        From = TrainerWire.Write(message.Partition, message.From),
        To = message.To,
        LineageEpoch = message.LineageEpoch,
        Assignment = TrainerWire.Write(message.Assignment),
    };

    /// <summary>From the wire.</summary>
    public static GapFound Read(Wire.Gap wire) => new(
        WireChecks.Partition(wire.From, "gap.from"),
        WireChecks.Count(wire.From.Offset, "gap.from.offset"),
        WireChecks.Count(wire.To, "gap.to"),
        WireChecks.Count(wire.LineageEpoch, "gap.lineage_epoch"),
        TrainerWire.Read(wire.Assignment, "gap.assignment"));

    /// <summary>To the wire.</summary>
    public static Wire.SentTotal Write(SentRecords sent) => new()
    {
        Ingest = TrainerWire.Bytes(sent.Ingest),
        LineageEpoch = sent.LineageEpoch,
        Total = sent.Total,
    };

    /// <summary>From the wire.</summary>
    public static SentRecords Read(Wire.SentTotal? wire)
    {
        var sent = WireChecks.Present(wire, "sent");
        return new SentRecords(
            WireChecks.Id(sent.Ingest, "sent.ingest"), WireChecks.Count(sent.LineageEpoch, "sent.lineage_epoch"), WireChecks.Count(sent.Total, "sent.total"));
    }

    private static long? Known(long plusOne) => plusOne > 0 ? plusOne - 1 : null;
}
