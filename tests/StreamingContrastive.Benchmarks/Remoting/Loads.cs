using System.Buffers;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Benchmarks.Remoting;

/// <summary>Messages of one kind, made anew for every sending.</summary>
internal abstract class Load
{
    /// <summary>Bytes of rows in a message.</summary>
    public abstract int Bytes { get; }

    /// <summary>The next message.</summary>
    public abstract object Next();
}

/// <summary>One array again and again: what remoting can do at best.</summary>
internal sealed class BareLoad(int bytes) : Load
{
    private readonly byte[] _array = new byte[bytes];

    public override int Bytes => _array.Length;

    public override object Next() => _array;
}

/// <summary>Chunks with rented rows, as an augmentation actor makes them; what is in the rows makes no difference.</summary>
internal sealed class ChunkLoad(int viewBytes, int pairs) : Load
{
    private static readonly PartitionId Partition = new("records", 0);
    private static readonly AssignmentEpoch Reading = new(Guid.NewGuid(), 1);

    private readonly Guid _ingest = Guid.NewGuid();
    private long _next;

    public override int Bytes => 3 * viewBytes * pairs;

    public override object Next()
    {
        var (from, to) = (_next, _next + pairs);
        _next = to;
        var metas = new PairMeta[pairs];
        for (var i = 0; i < pairs; i++)
        {
            metas[i] = new PairMeta(from + i, from + i, ~from, -1, 1_700_000_000_000, [1, 2, 3, 4, 5, 6, 7, 8], default);
        }

        return new ChunkReady(
            new PairChunk(new RecordChunk(Partition, from, to, 1, Reading, [], default), metas, [], [], viewBytes, Rent(), Rent(), Rent()),
            new SentRecords(_ingest, 1, to));
    }

    private byte[] Rent() => ArrayPool<byte>.Shared.Rent(viewBytes * pairs);
}
