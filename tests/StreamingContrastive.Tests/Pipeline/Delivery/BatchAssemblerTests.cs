using System.Buffers;
using System.Runtime.CompilerServices;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Records;
using static StreamingContrastive.Tests.Pipeline.Delivery.ChunkFactory;

namespace StreamingContrastive.Tests.Pipeline.Delivery;

public sealed class BatchAssemblerTests
{
    private readonly BatchAssembler _assembler = new(4, RowBytes);
    private readonly TrainingBatch _batch = new(4, RowBytes);
    private readonly BatchPositions _positions = new(4);

    [Fact]
    public void TryTake_FewerPairsThanABatch_WaitsAndTouchesNothing()
    {
        _assembler.Accept(Full(P0, 0, 3));

        _assembler.TryTake(_batch, _positions).ShouldBeFalse();

        (_assembler.PendingPairs, _assembler.PendingRecords, _positions.Count).ShouldBe((3, 3, 0));
    }

    /// <summary>
    /// A quiet topic beats twice a second for as long as it is quiet, and a pair may wait for its batch all the while. Seen red without
    /// the early return in Accept: every beat was kept.
    /// </summary>
    [Fact]
    public void Accept_BeatsBehindAPairThatWaits_KeepNothing()
    {
        _assembler.Accept(Full(P0, 0, 1));

        var beats = AcceptBeats(100);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        beats.Count(b => b.IsAlive).ShouldBe(0);
        (_assembler.PendingPairs, _assembler.PendingRecords).ShouldBe((1, 1));
        Should.Throw<ArgumentException>(() => _assembler.Accept(Full(P0, 2, 2))).Message.ShouldContain("does not go on at 1");
    }

    /// <summary>Key rows that carry hard negatives are longer. Seen red with the query's size for all three.</summary>
    [Fact]
    public void TryTake_RowsOfThreeSizes_EachBufferHasItsOwn()
    {
        var sizes = new RowSizes(Query: 4, Key: 7, Clean: 5);
        var (assembler, batch) = (new BatchAssembler(2, sizes), new TrainingBatch(2, sizes));
        byte[] Rows(int length, int first) => [.. Enumerable.Range(first, length).Select(i => (byte)i)];
        byte[] Rented(byte[] rows)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(rows.Length);
            rows.CopyTo(buffer, 0);
            return buffer;
        }

        var metas = new[] { 10L, 11, 12 }.Select(o => new PairMeta(o, o, o, -1, -1, null, default)).ToList();
        assembler.Accept(new PairChunk(new RecordChunk(P0, 10, 13, 1, FirstReading, [], default), metas, [], [], sizes, Rented(Rows(12, 0)), Rented(Rows(21, 50)), Rented(Rows(15, 100))));

        assembler.TryTake(batch, new BatchPositions(2)).ShouldBeTrue();
        batch.Query.ShouldBe(Rows(8, 0));
        batch.Key.ShouldBe(Rows(14, 50));
        batch.Clean.ShouldBe(Rows(10, 100));

        assembler.TakeRemainder(batch, new BatchPositions(2)).ShouldBeTrue();
        batch.Query[..4].ShouldBe(Rows(4, 8));
        batch.Key[..7].ShouldBe(Rows(7, 64));
        batch.Clean[..5].ShouldBe(Rows(5, 110));
        Should.Throw<ArgumentException>(() => assembler.Accept(Full(P0, 13, 14))).Message.ShouldContain("4 (query), 7 (key) and 5 (clean)");
    }

    [Fact]
    public void TryTake_ChunksOfTwoPartitions_GivesRowsInOrderOfAdmission()
    {
        _assembler.Accept(Full(P0, 0, 3));
        _assembler.Accept(Full(P1, 50, 53));

        _assembler.TryTake(_batch, _positions).ShouldBeTrue();

        _batch.Count.ShouldBe(4);
        _batch.ShouldHoldRow(0, P0, 0);
        _batch.ShouldHoldRow(2, P0, 2);
        _batch.ShouldHoldRow(3, P1, 50);
        _positions.Rows[3].Offset.ShouldBe(50);
        _positions.PartitionOf(3).ShouldBe(P1);
        _positions.Partitions.ShouldBe([new(P0, 0, 3, new(3, 0, 0, 0)), new(P1, 50, 51, new(1, 0, 0, 0))]);
        _assembler.PendingPairs.ShouldBe(2);
    }

    [Fact]
    public void TryTake_ChunkAcrossTwoBatches_ReturnsItsBuffersOnlyWhenTheLastRowIsCopied()
    {
        var chunk = Full(P0, 0, 8);
        _assembler.Accept(chunk);

        _assembler.TryTake(_batch, _positions).ShouldBeTrue();
        chunk.IsReturned().ShouldBeFalse();
        _positions.Partitions[0].To.ShouldBe(4);

        _assembler.TryTake(_batch, _positions).ShouldBeTrue();
        _batch.ShouldHoldRow(3, P0, 7);
        chunk.IsReturned().ShouldBeTrue();
        _positions.Partitions.ShouldBe([new(P0, 4, 8, new(4, 0, 0, 0))]);
    }

    [Fact]
    public void TryTake_TombstonesAndDeadLetters_AreCountedWithTheBatchThatPassesThem()
    {
        // 0 dead, 1 pair, 2 tombstone, 3 4 5 pairs, 6 tombstone, 7 dead, 8 pair, 9 hole, 10 tombstone
        _assembler.Accept(Chunk(P0, 0, 11, [1, 3, 4, 5, 8], [2, 6, 10], [0, 7]));
        _assembler.PendingRecords.ShouldBe(10);

        _assembler.TryTake(_batch, _positions).ShouldBeTrue();
        _positions.Partitions.ShouldBe([new(P0, 0, 8, new(4, 2, 2, 0))]);
        _positions.Tombstones.Select(t => (t.Tombstone.Offset, t.BeforeRow)).ShouldBe([(2, 1), (6, 4)]);
        _positions.Counts.Consumed.ShouldBe(8);
        _assembler.PendingRecords.ShouldBe(2);

        _assembler.TakeRemainder(_batch, _positions).ShouldBeTrue();
        _positions.Partitions.ShouldBe([new(P0, 8, 11, new(1, 0, 1, 0))]);
        _positions.Tombstones.ShouldHaveSingleItem().BeforeRow.ShouldBe(1);
        _assembler.PendingRecords.ShouldBe(0);
    }

    [Fact]
    public void TryTake_TombstonesOfTwoPartitions_AreOrderedByTheRowThatTheyPrecede()
    {
        _assembler.Accept(Chunk(P0, 0, 3, [0, 2], [1]));
        _assembler.Accept(Chunk(P1, 0, 3, [1, 2], [0]));

        _assembler.TryTake(_batch, _positions).ShouldBeTrue();

        _positions.Tombstones.Select(t => (_positions.Partitions[t.PartitionIndex].Partition, t.BeforeRow)).ShouldBe([(P0, 1), (P1, 2)]);
    }

    [Fact]
    public void TryTake_ChunkWithoutPairsBehindUntrainedPairs_PassesOnlyAfterThem()
    {
        _assembler.Accept(Full(P0, 0, 5));
        var empty = Chunk(P0, 5, 9, tombstones: [5, 6]);
        _assembler.Accept(empty);
        empty.IsReturned().ShouldBeTrue();

        _assembler.TryPassEmpty(_positions).ShouldBeFalse();
        _assembler.TryTake(_batch, _positions).ShouldBeTrue();
        _positions.Partitions.ShouldBe([new(P0, 0, 4, new(4, 0, 0, 0))]);

        _assembler.TakeRemainder(_batch, _positions).ShouldBeTrue();
        _positions.Partitions.ShouldBe([new(P0, 4, 9, new(1, 0, 2, 0))]);
    }

    [Fact]
    public void TryPassEmpty_StreamOfTombstones_MakesProgressBesideAPartitionThatWaits()
    {
        _assembler.Accept(Full(P0, 0, 3));
        _assembler.Accept(Chunk(P1, 10, 20, tombstones: [10, 19], deadLetters: [12]));

        _assembler.TryPassEmpty(_positions).ShouldBeTrue();

        _positions.Count.ShouldBe(0);
        _positions.Partitions.ShouldBe([new(P1, 10, 20, new(0, 1, 2, 0))]);
        _assembler.PendingRecords.ShouldBe(3);
        _assembler.TryPassEmpty(_positions).ShouldBeFalse();
    }

    [Fact]
    public void AcceptGap_BehindUntrainedPairs_IsCrossedAfterThemAndCounted()
    {
        _assembler.Accept(Full(P0, 0, 2));
        _assembler.AcceptGap(P0, 2, 100);
        _assembler.Accept(Full(P0, 100, 102));
        _assembler.TryPassEmpty(_positions).ShouldBeFalse();

        _assembler.TryTake(_batch, _positions).ShouldBeTrue();

        _positions.Partitions.ShouldBe([new(P0, 0, 102, new(4, 0, 0, 98))]);
        _positions.Counts.Consumed.ShouldBe(4);
    }

    [Fact]
    public void Discard_PendingWork_ReturnsBuffersAndLeavesWatermarks()
    {
        var (started, waiting) = (Full(P0, 0, 6), Full(P0, 6, 8));
        _assembler.Accept(started);
        _assembler.Accept(waiting);
        _assembler.TryTake(_batch, _positions);
        var watermark = _positions.Partitions[0].To;

        _assembler.Discard().ShouldBe(4);

        watermark.ShouldBe(4);
        (started.IsReturned(), waiting.IsReturned(), _assembler.PendingRecords, _assembler.PendingPairs).ShouldBe((true, true, 0, 0));
        _assembler.TakeRemainder(_batch, _positions).ShouldBeFalse();
    }

    [Fact]
    public void Accept_ChunkThatIsNotWhatItSays_IsRefusedWithItsBuffersReturned()
    {
        PairChunk[] wrong =
        [
            Full(P0, 1, 3), // a hole
            Chunk(P0, 0, 3, [1, 1]), // a pair twice
            Chunk(P0, 0, 3, [3]), // outside
            Chunk(P0, 0, 3, tombstones: [2, 1]),
            Chunk(P0, 0, 2, [0, 1], [1]), // more records than offsets
            Chunk(P0, 0, 3, [0], rowBytes: 3),
        ];
        _assembler.Accept(Chunk(P0, 0, 0));

        foreach (var chunk in wrong)
        {
            Should.Throw<ArgumentException>(() => _assembler.Accept(chunk)).Message.ShouldContain("records[0]");
            chunk.IsReturned().ShouldBeTrue();
        }

        _assembler.PendingRecords.ShouldBe(0);
    }

    [Fact]
    public void TryTake_WarmedUp_AllocatesNothing()
    {
        for (var i = 0; i < 400; i++)
        {
            _assembler.Accept(Chunk(P0, i * 4, (i + 1) * 4, [i * 4, (i * 4) + 1, (i * 4) + 2], [(i * 4) + 3]));
        }

        Drain(100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Drain(150);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Drain(int batches)
        {
            for (var i = 0; i < batches; i++)
            {
                if (!_assembler.TryTake(_batch, _positions))
                {
                    throw new InvalidOperationException("There should be pairs left.");
                }
            }
        }
    }

    // A method of its own: a local of the caller would keep the last one alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private List<WeakReference> AcceptBeats(int count)
    {
        var beats = new List<WeakReference>(count);
        for (var i = 0; i < count; i++)
        {
            var beat = Full(P0, 1, 1);
            _assembler.Accept(beat);
            beat.IsReturned().ShouldBeTrue();
            beats.Add(new WeakReference(beat));
        }

        return beats;
    }
}
