using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Publishing;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.IntegrationTests.Hosting;

/// <summary>
/// One message is lost, doubled or overtaken at every hop of design.md section 4, on real pictures over the embedded broker: everything
/// is rewound, nothing is lost, nothing is doubled. Publisher and checkpoint writer talk to the trainer within one process, where a
/// mailbox loses nothing; what a wrong answer of the publisher does is shown below, a checkpoint's commit is a method call.
/// Held by three mechanisms, each seen red without it: the comparison with the next offset in OffsetLedger.Offer (all three kinds of fault: the
/// assembler meets a range that does not go on), the beats of a quiet partition (LastChunk, Drop: it never ends) and the registration
/// that is repeated (OffsetTable, Drop: it never begins).
/// </summary>
public sealed class HopFaultTests
{
    private const int Partitions = 3;
    private const int First = 96;
    private const int PerPartition = 200;
    private const int Skipped = 5;
    private const int Total = First + (Partitions * PerPartition) - Skipped;
    private static readonly string[] Hops = ["ChunkReady", "LastChunk", "GapFound", "RegisterIngest", "OffsetTable", "CreditGranted", "RewindPartition", "CommitOffsets"];

    public static TheoryData<string, FaultKind, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, FaultKind, int>();
            foreach (var hop in Hops)
            {
                foreach (var kind in Enum.GetValues<FaultKind>())
                {
                    cases.Add(hop, kind, 11);
                    cases.Add(hop, kind, 12);
                }
            }

            return cases;
        }
    }

    [Theory]
    [InlineData(FaultKind.Drop, 1)]
    [InlineData(FaultKind.Repeat, 2)]
    [InlineData(FaultKind.Reorder, 3)]
    public Task Run_OneFaultAtEveryHop_TrainsEveryRecordOnce(FaultKind kind, int seed) => RunAsync(Hops, kind, seed);

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Cases))]
    public Task Run_OneFaultAtOneHop_TrainsEveryRecordOnce(string hop, FaultKind kind, int seed) => RunAsync([hop], kind, seed);

    /// <summary>The trainer cannot tell what was acknowledged, so it stops; the next start sends the outbox again under the same ids.</summary>
    [Theory]
    [InlineData(FaultKind.Repeat)]
    [InlineData(FaultKind.Drop)]
    public async Task Run_PublishersAnswerDoubledOrLost_StopsOrStandsStillAndTheNextStartMendsIt(FaultKind kind)
    {
        await using var harness = new PipelineHarness();
        await harness.ProducePicturesAsync(0, 800);
        var fault = new RoadFault(nameof(OutputsPublished), kind, m => m is OutputsPublished, Nth: 2);
        await using (var pipeline = await WiredPipeline.StartAsync(harness, stopAfter: 800, [fault]))
        {
            if (kind == FaultKind.Repeat)
            {
                var failure = await Should.ThrowAsync<Exception>(() => pipeline.Completion.WaitAsync(TimeSpan.FromSeconds(60)));
                failure.Message.ShouldContain("The publisher answered request 2");
            }
            else
            {
                await Still.OfAsync(() => pipeline.Progress.Consumed, "the trainer stands still once two intervals of outputs wait");
                pipeline.Progress.Consumed.ShouldBeLessThan(800);
            }

            fault.Injected.ShouldBeTrue();
        }

        var progress = await harness.RunAsync(800);

        progress.Trained.ShouldBe(800);
        var embeddings = harness.ReadEmbeddings();
        embeddings.Select(e => e.Source).Distinct().Count().ShouldBe(800);
        embeddings.Select(e => e.Id).Distinct().Count().ShouldBe(800);
    }

    private static async Task RunAsync(IReadOnlyList<string> hops, FaultKind kind, int seed)
    {
        await using var harness = new PipelineHarness(Partitions);
        harness.Options = harness.Options with { Input = harness.Options.Input with { OnGap = GapPolicy.Earliest } };
        await harness.ProduceAsync(Enumerable.Range(0, First).Select(i => harness.Picture(i, partition: i % Partitions)));
        await harness.RunAsync(First);
        await harness.ProduceAsync(Enumerable.Range(First, Partitions * PerPartition).Select(i => harness.Picture(i, partition: i % Partitions)));
        harness.Broker.DeleteRecordsBefore("records", 0, (First / Partitions) + Skipped);
        var faults = hops.Select(h => Fault(h, kind, new Random(seed))).ToList();

        // A rewind is only ever sent for a chunk that does not join.
        faults.Add(new RoadFault("cause of a rewind", FaultKind.Drop, m => m is ChunkReady { Chunk: { Partition.Partition: 1, RecordCount: > 0 } }));

        await using var pipeline = await WiredPipeline.StartAsync(harness, Total, faults);
        await pipeline.Completion.WaitAsync(TimeSpan.FromSeconds(60));

        faults.Where(f => !f.Injected).Select(f => f.Hop).ShouldBeEmpty();
        (pipeline.Progress.Trained, pipeline.Progress.Consumed).ShouldBe((Total, Total));
        var sources = harness.ReadEmbeddings().Select(e => e.Source!.Value).ToList();
        sources.Count.ShouldBe(Total, $"{kind}, seed {seed}");
        sources.Distinct().Order(Comparer<SourcePosition>.Create((a, b) => (a.Partition, a.Offset).CompareTo((b.Partition, b.Offset)))).ShouldBe(Expected());
    }

    private static RoadFault Fault(string hop, FaultKind kind, Random random)
    {
        var end = (First / Partitions) + PerPartition;
        return hop switch
        {
            "ChunkReady" => new(hop, kind, m => m is ChunkReady { Chunk.RecordCount: > 0 } c && c.Chunk.To < end, random.Next(2, 5)),
            "LastChunk" => new(hop, kind, m => m is ChunkReady { Chunk: { RecordCount: > 0, Partition.Partition: 2 } } c && c.Chunk.To == end),
            "GapFound" => new(hop, kind, m => m is GapFound),
            "RegisterIngest" => new(hop, kind, m => m is RegisterIngest),
            "OffsetTable" => new(hop, kind, m => m is OffsetTable),
            "CreditGranted" => new(hop, kind, m => m is CreditGranted, random.Next(1, 4)),
            "RewindPartition" => new(hop, kind, m => m is RewindPartition),
            "CommitOffsets" => new(hop, kind, m => m is CommitOffsets),
            _ => throw new ArgumentOutOfRangeException(nameof(hop), hop, "No such hop."),
        };
    }

    private static IEnumerable<SourcePosition> Expected() =>
        from partition in Enumerable.Range(0, Partitions)
        from offset in Enumerable.Range(0, (First / Partitions) + PerPartition)
        where partition != 0 || offset < First / Partitions || offset >= (First / Partitions) + Skipped
        select new SourcePosition("records", partition, offset);
}
