using System.Collections.Immutable;
using Google.Protobuf;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Pipeline.Cluster.Serialization;

/// <summary>What the trainer says to an ingest, to the wire and back, and what both have in common.</summary>
internal static class TrainerWire
{
    /// <summary>To the wire.</summary>
    public static Wire.Offsets Write(OffsetTable table)
    {
        var wire = new Wire.Offsets { LineageEpoch = table.LineageEpoch };
        wire.Next.AddRange(table.Next.Select(next => Write(next.Key, next.Value)));
        return wire;
    }

    /// <summary>From the wire.</summary>
    public static OffsetTable Read(Wire.Offsets wire)
    {
        var next = ImmutableDictionary.CreateBuilder<PartitionId, long>();
        foreach (var position in wire.Next)
        {
            next[WireChecks.Partition(position, "offsets.next")] = WireChecks.Count(position.Offset, "offsets.next.offset");
        }

        return new OffsetTable(WireChecks.Count(wire.LineageEpoch, "offsets.lineage_epoch"), next.ToImmutable());
    }

    /// <summary>To the wire.</summary>
    public static Wire.Refused Write(IngestRefused message) => new() { Ingest = Bytes(message.Ingest), Reason = message.Reason };

    /// <summary>From the wire.</summary>
    public static IngestRefused Read(Wire.Refused wire) => new(WireChecks.Id(wire.Ingest, "refused.ingest"), wire.Reason);

    /// <summary>To the wire.</summary>
    public static Wire.Credit Write(CreditGranted message) => new()
    {
        LineageEpoch = message.LineageEpoch,
        Ingest = Bytes(message.Ingest),
        CumulativeRecords = message.CumulativeRecords,
    };

    /// <summary>From the wire.</summary>
    public static CreditGranted Read(Wire.Credit wire) => new(
        WireChecks.Count(wire.LineageEpoch, "credit.lineage_epoch"),
        WireChecks.Id(wire.Ingest, "credit.ingest"),
        WireChecks.Count(wire.CumulativeRecords, "credit.cumulative_records"));

    /// <summary>To the wire.</summary>
    public static Wire.Rewind Write(RewindPartition message) => new()
    {
        Next = Write(message.Partition, message.Next),
        LineageEpoch = message.LineageEpoch,
        CausedBy = Write(message.CausedBy),
    };

    /// <summary>From the wire.</summary>
    public static RewindPartition Read(Wire.Rewind wire) => new(
        WireChecks.Partition(wire.Next, "rewind.next"),
        WireChecks.Count(wire.Next.Offset, "rewind.next.offset"),
        WireChecks.Count(wire.LineageEpoch, "rewind.lineage_epoch"),
        Read(wire.CausedBy, "rewind.caused_by"));

    /// <summary>To the wire.</summary>
    public static Wire.Commit Write(CommitOffsets message) => new() { Table = Write(message.Table) };

    /// <summary>From the wire.</summary>
    public static CommitOffsets Read(Wire.Commit wire) => new(Read(WireChecks.Present(wire.Table, "commit.table")));

    /// <summary>To the wire.</summary>
    public static Wire.PartitionOffset Write(PartitionId partition, long offset) => new() { Topic = partition.Topic, Partition = partition.Partition, Offset = offset };

    /// <summary>To the wire.</summary>
    public static Wire.Reading Write(AssignmentEpoch epoch) => new() { Source = Bytes(epoch.Source), Number = epoch.Number };

    /// <summary>From the wire.</summary>
    public static AssignmentEpoch Read(Wire.Reading? wire, string name)
    {
        var reading = WireChecks.Present(wire, name);
        return new AssignmentEpoch(WireChecks.Id(reading.Source, $"{name}.source"), reading.Number);
    }

    /// <summary>An id's bytes.</summary>
    public static ByteString Bytes(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes);
        return ByteString.CopyFrom(bytes);
    }
}
