using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Pipeline.Cluster.Serialization;

/// <summary>What an ingest says to the trainer, to the wire and back.</summary>
internal static class IngestWire
{
    /// <summary>To the wire.</summary>
    public static Wire.Register Write(RegisterIngest message) => new() { Sent = Write(message.Sent) };

    /// <summary>From the wire.</summary>
    public static RegisterIngest Read(Wire.Register wire) => new(Read(wire.Sent));

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
}
