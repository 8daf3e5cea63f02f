using CsCheck;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Delivery;
using static StreamingContrastive.Tests.Pipeline.Delivery.ChunkFactory;

namespace StreamingContrastive.Tests.Pipeline.Delivery;

/// <summary>Chunk borders and arrival times must not show in what is trained: the batches of one partition depend on the log alone.</summary>
public sealed class BatchAssemblerPropertyTests
{
    private static readonly Gen<(int Seed, int BatchSize, (int Length, bool TakeNow)[] Chunks)> Runs = Gen.Select(
        Gen.Int[0, 1000],
        Gen.Int[1, 9],
        Gen.Select(Gen.Int[0, 12], Gen.Bool).Array[1, 30],
        (seed, batchSize, chunks) => (seed, batchSize, chunks));

    [Fact]
    public void TryTake_AnyChunking_GivesTheSameBatches() => Runs.Sample(
        run =>
        {
            var length = run.Chunks.Sum(c => c.Length);
            var log = new SimulatedLog(1, length, new Random(run.Seed));

            var chunked = Batches(log, run.BatchSize, run.Chunks);
            var whole = Batches(log, run.BatchSize, [(length, true)]);

            chunked.ShouldBe(whole);
            chunked.SelectMany(b => b.Split(' ')).Where(o => o.Length > 0).Select(long.Parse).ShouldBe(log.Offsets(P0, 0, length, RecordKind.Pair));
        },
        iter: 400,
        seed: "000000000002");

    private static List<string> Batches(SimulatedLog log, int batchSize, IEnumerable<(int Length, bool TakeNow)> chunks)
    {
        var assembler = new BatchAssembler(batchSize, RowBytes);
        var (batch, positions) = (new TrainingBatch(batchSize, RowBytes), new BatchPositions(batchSize));
        var (batches, counts, from) = (new List<string>(), default(DeliveryCounters), 0L);
        foreach (var (length, takeNow) in chunks)
        {
            assembler.Accept(log.Read(new(P0, from, from + length, 1, FirstReading)));
            from += length;
            while (takeNow && assembler.TryTake(batch, positions))
            {
                Add();
            }

            if (takeNow && assembler.TryPassEmpty(positions))
            {
                counts += positions.Counts;
            }
        }

        while (assembler.TryTake(batch, positions) || assembler.TakeRemainder(batch, positions))
        {
            Add();
        }

        if (assembler.TryPassEmpty(positions))
        {
            counts += positions.Counts;
        }

        (assembler.PendingRecords, counts.Consumed).ShouldBe((0, from - log.Offsets(P0, 0, from, RecordKind.Hole).Length));
        return batches;

        void Add()
        {
            counts += positions.Counts;
            batches.Add(string.Join(' ', positions.Rows.ToArray().Select(r => r.Offset)));
        }
    }
}
