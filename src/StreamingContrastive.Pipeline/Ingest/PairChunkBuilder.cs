using System.Buffers;
using System.Buffers.Text;
using System.Text;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Pairs;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Ingest;

/// <summary>
/// Turns a chunk of records into a chunk of pairs: tombstones and rejected records are told apart, every other record becomes
/// one row of three rented buffers. Owned by one augmentation actor; not thread-safe, since the constructor has scratch.
/// </summary>
internal sealed class PairChunkBuilder(IRowConstructor constructor, InputOptions input, ulong seed)
{
    private readonly RowLayout _layout = input.Layout;
    private readonly RowSizes _rowBytes = input.Layout.Sizes;
    private readonly ulong _topicHash = RecordIdentity.TopicHash(input.Topic);

    public PairsConstructed Build(RecordChunk chunk)
    {
        var count = chunk.Records.Count;
        var pairs = new List<PairMeta>(count);
        List<Tombstone> tombstones = [];
        List<RefusedRecord> rejected = [];
        var ignored = 0;
        var (query, key, clean) = (Rent(count, _rowBytes.Query), Rent(count, _rowBytes.Key), Rent(count, _rowBytes.Clean));
        for (var i = 0; i < count; i++)
        {
            var record = chunk.Records[i];
            if (record is { Value: null, Key: { } tombstoneKey })
            {
                tombstones.Add(new Tombstone(record.Offset, tombstoneKey));
                continue;
            }

            var rejection = Refuse(record, out var label) ?? Construct(chunk, record, pairs.Count, query, key, clean, ref label);
            if (rejection is not null)
            {
                rejected.Add(new RefusedRecord(record, rejection));
                continue;
            }

            pairs.Add(Describe(chunk.Partition, record, label, TraceOf(record, chunk.Trace.ReceivedAt)) with { Excerpts = constructor.Excerpts });
            ignored += constructor.IgnoredParts;
        }

        var offsets = rejected.ConvertAll(r => r.Record.Offset);
        return new PairsConstructed(new PairChunk(chunk, pairs, tombstones, offsets, _rowBytes, query, key, clean), rejected) { IgnoredParts = ignored };
    }

    private static byte[] Rent(int rows, int rowBytes) => ArrayPool<byte>.Shared.Rent(Math.Max(1, rows * rowBytes));

    private Rejection? Construct(RecordChunk chunk, SourceRecord record, int row, byte[] query, byte[] key, byte[] clean, ref int label)
    {
        try
        {
            constructor.TryConstruct(record.Value, new RecordPlace(seed, _topicHash, chunk.Partition.Partition, record.Offset, Pass: 0),
                Row(query, row, _rowBytes.Query), Row(key, row, _rowBytes.Key), Row(clean, row, _rowBytes.Clean), out var own, out var rejection);
            label = label < 0 ? own : label; // A header is what an operator adds to records that he does not write.
            if (rejection is null && _layout.References > 0)
            {
                Refer(record, Row(key, row, _rowBytes.Key));
            }

            return rejection;
        }
#pragma warning disable CA1031 // Whatever it is: thrown on, it would end the pipeline at this record, and every start would meet it again.
        catch (Exception failure) when (failure is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            // A defect that hits every record is caught by the share of dead letters, which stops the pipeline with examples.
            return new Rejection("augment", failure.GetType().Name, $"No pair could be made of the record: {failure.Message}");
        }
    }

    private void Refer(SourceRecord record, Span<byte> key)
    {
        foreach (var header in record.Headers)
        {
            if (header is { Key: HeaderNames.HardNegativeOf, Value: { Length: > 0 } other })
            {
                _layout.Refer(key, RecordIdentity.RecordId(other));
            }
        }
    }

    private static Span<byte> Row(byte[] rows, int row, int bytes) => rows.AsSpan(row * bytes, bytes);

    private static PairMeta Describe(PartitionId partition, SourceRecord record, int label, RecordTrace trace) => new(
        record.Offset,
        record.Key is null
            ? RecordIdentity.PositionId(partition.Topic, partition.Partition, record.Offset)
            : RecordIdentity.RecordId(record.Key),
        RecordIdentity.InputHash(record.Value),
        label,
        record.TimestampUnixMs,
        record.Key,
        trace);

    /// <summary>What is wrong with a record before its value is looked at.</summary>
    private Rejection? Refuse(SourceRecord record, out int label)
    {
        label = -1;
        if (record.Value is null)
        {
            return new Rejection("validate", "TombstoneWithoutKey", "Key and value are both null: a tombstone must name the key whose embedding it takes back.");
        }

        if (record.Key is null && input.NullKey == NullKeyPolicy.DeadLetter)
        {
            return new Rejection("validate", "NullKey", "The key is null and input:nullKey is deadLetter; give the record a key, or set input:nullKey to position.");
        }

        foreach (var header in record.Headers)
        {
            if (header.Key == input.LabelHeader && !TryReadLabel(header.Value, out label))
            {
                return new Rejection("validate", "BadLabel",
                    $"Header {input.LabelHeader} holds {Show(header.Value)}; a label is a decimal number from 0 to {int.MaxValue}, or the header is left out.");
            }
        }

        return null;
    }

    private static RecordTrace TraceOf(SourceRecord record, DateTimeOffset receivedAt) =>
        record.Headers.FindLast(HeaderNames.TraceParent)?.Value is { } parent
            ? RecordTrace.Parse(parent, record.Headers.FindLast(HeaderNames.TraceState)?.Value, receivedAt)
            : default;

    private static bool TryReadLabel(byte[]? value, out int label)
    {
        label = -1;
        return value is { Length: > 0 } && Utf8Parser.TryParse(value, out label, out var used) && used == value.Length && label >= 0;
    }

    // The text ends in headers, logs and terminals: anybody's bytes must not be obeyed there.
    private static string Show(byte[]? value)
    {
        var shown = value.AsSpan(0, Math.Min(value?.Length ?? 0, 32));
        return value is null ? "null"
            : shown.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? $"0x{Convert.ToHexString(shown)}"
            : $"\"{Encoding.ASCII.GetString(shown)}\"";
    }
}
