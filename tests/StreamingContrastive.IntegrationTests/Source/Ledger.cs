using System.Collections.Immutable;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.IntegrationTests.Source;

/// <summary>The trainer's rule as a test needs it: takes what joins, answers the rest with a rewind.</summary>
internal sealed class Ledger
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Dictionary<PartitionId, long> _next = [];

    internal Ledger(OffsetTable table)
    {
        LineageEpoch = table.LineageEpoch;
        foreach (var (partition, next) in table.Next)
        {
            _next[partition] = next;
        }
    }

    internal long LineageEpoch { get; }

    internal Dictionary<PartitionId, List<SourceRecord>> Records { get; } = [];

    internal List<GapNotice> Gaps { get; } = [];

    internal int Refused { get; private set; }

    internal int Count => Records.Values.Sum(records => records.Count);

    internal OffsetTable Table => new(LineageEpoch, _next.ToImmutableDictionary());

    /// <summary>Reads until the condition holds.</summary>
    internal async Task ReadUntilAsync(RecordSource source, Func<bool> done)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!done())
        {
            Take(source, await source.Events.ReadAsync(patience.Token));
        }
    }

    /// <summary>Accepts or refuses; an unknown partition begins where its first event does.</summary>
    internal bool Take(RecordSource source, SourceEvent item)
    {
        var (from, to, epoch) = item switch
        {
            ChunkRead { Chunk: var chunk } => (chunk.From, chunk.To, chunk.LineageEpoch),
            GapNotice gap => (gap.From, gap.To, gap.LineageEpoch),
            _ => throw new InvalidOperationException($"{item} is new to this test."),
        };
        long next = _next.TryGetValue(item.Partition, out long known) ? known : from;
        if (epoch != LineageEpoch || from != next)
        {
            Refused++;
            source.Rewind(item.Partition, next, LineageEpoch, item.Assignment);
            return false;
        }

        _next[item.Partition] = to;
        if (item is ChunkRead read)
        {
            if (!Records.TryGetValue(item.Partition, out var records))
            {
                Records[item.Partition] = records = [];
            }

            records.AddRange(read.Chunk.Records);
        }
        else
        {
            Gaps.Add((GapNotice)item);
        }

        return true;
    }
}
