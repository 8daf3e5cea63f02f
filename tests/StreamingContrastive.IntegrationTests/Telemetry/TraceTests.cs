using System.Diagnostics;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.IntegrationTests.Telemetry;

/// <summary>One trace from a record to its embedding, over Kafka, actors and a checkpoint's outbox, none of which carries Activity.Current.</summary>
public sealed class TraceTests
{
    private const int Records = 96;

    /// <summary>Seen to fail without BatchPositions.Retrace: the embeddings then name the producer's span as their parent.</summary>
    [Fact]
    public async Task Run_RecordsWithATrace_EmbeddingsContinueIt()
    {
        await using var pipeline = new TracedPipeline(partitions: 2, batchSize: 48);
        await pipeline.Harness.ProduceAsync(Enumerable.Range(0, Records).Select(i => i switch
        {
            0 => pipeline.Picture(i),
            1 => pipeline.Picture(i, ("traceparent", TracedPipeline.TraceParent(i)[..^1])), // Malformed.
            2 => pipeline.Picture(i, ("traceparent", TracedPipeline.TraceParent(i)), ("tracestate", "congo=t61rcWkgMzE")),
            3 => pipeline.Picture(i, ("traceparent", TracedPipeline.TraceParent(i, flags: "00"))), // Its producer did not sample it.
            _ => pipeline.Picture(i, ("traceparent", TracedPipeline.TraceParent(i))),
        }));

        await pipeline.RunAsync(Records);

        var embeddings = pipeline.Harness.ReadEmbeddings().ToDictionary(e => int.Parse(System.Text.Encoding.UTF8.GetString(e.Key!), null));
        embeddings.Count.ShouldBe(Records);
        embeddings[0].TraceParent.ShouldBeNull();
        embeddings[1].TraceParent.ShouldBeNull();
        embeddings[2].TraceState.ShouldBe("congo=t61rcWkgMzE");
        embeddings[3].TraceParent.ShouldStartWith($"00-{TracedPipeline.TraceId(3)}-");
        embeddings[3].TraceParent.ShouldEndWith("-00");
        var ofRecords = pipeline.Spans("process").Where(s => s.GetTagItem(TagNames.BatchCount) is null).ToDictionary(s => s.TraceId.ToHexString());
        ofRecords.Count.ShouldBe(Records - 3, "one span a record that was sampled");
        for (var i = 4; i < Records; i++)
        {
            var span = ofRecords[TracedPipeline.TraceId(i)];
            span.ParentSpanId.ToHexString().ShouldBe(TracedPipeline.SpanId(i));
            embeddings[i].TraceParent.ShouldBe($"00-{TracedPipeline.TraceId(i)}-{span.SpanId.ToHexString()}-01");
            span.GetTagItem(TagNames.Offset).ShouldBe(embeddings[i].Source!.Value.Offset);
        }
    }

    /// <summary>Seen to fail with the bound taken out of PipelineTracing: 48 links.</summary>
    [Fact]
    public async Task Run_BatchOfManyRecords_LinksToAtMost32OfThem()
    {
        await using var pipeline = new TracedPipeline(partitions: 1, batchSize: 48);
        await pipeline.Harness.ProduceAsync(Enumerable.Range(0, Records).Select(i => pipeline.Picture(i, ("traceparent", TracedPipeline.TraceParent(i)))));

        await pipeline.RunAsync(Records);

        var batches = pipeline.Spans("process").Where(s => s.GetTagItem(TagNames.BatchCount) is not null).ToList();
        batches.Select(b => b.GetTagItem(TagNames.BatchCount)).ShouldBe([48, 48]);
        batches.ShouldAllBe(b => b.Links.Count() == SpanCatalog.MaxLinks);
        var known = Enumerable.Range(0, Records).Select(TracedPipeline.TraceId).ToHashSet();
        batches.SelectMany(b => b.Links).ShouldAllBe(l => known.Contains(l.Context.TraceId.ToHexString()));
        batches.Select(b => b.TraceId).Distinct().Count().ShouldBe(2, "a batch is nobody's child");

        // And back: from a record to the batch that trained it.
        var ofRecords = pipeline.Spans("process").Except(batches);
        ofRecords.SelectMany(s => s.Links).Select(l => l.Context.SpanId).Distinct().ShouldBe(batches.Select(b => b.SpanId), ignoreOrder: true);

        pipeline.Spans("send").Single(s => SentEmbeddingsOf(s, known)).Links.Count().ShouldBe(SpanCatalog.MaxLinks);
    }

    [Fact]
    public async Task Run_EveryOperation_HasSpansAsTheCatalogSays()
    {
        await using var pipeline = new TracedPipeline(partitions: 1, batchSize: 32);
        await pipeline.Harness.ProduceAsync(Enumerable.Range(0, 64).Select(i => pipeline.Picture(i, ("traceparent", TracedPipeline.TraceParent(i)))));

        await pipeline.RunAsync(64);

        foreach (var definition in SpanCatalog.All)
        {
            var spans = pipeline.Spans(definition.Operation);
            spans.ShouldNotBeEmpty(definition.Operation);
            spans.ShouldAllBe(s => s.Kind == definition.Kind && s.DisplayName == $"{definition.Operation} {s.GetTagItem(TagNames.Destination)}");
            spans.ShouldAllBe(s => s.Duration >= TimeSpan.Zero && (string?)s.GetTagItem(TagNames.System) == "kafka");
            spans.SelectMany(s => s.TagObjects.Select(t => t.Key)).Except(definition.Tags).ShouldBeEmpty(definition.Operation);
        }

        pipeline.Spans("poll").Sum(s => (int)s.GetTagItem(TagNames.BatchCount)!).ShouldBe(64);
        var polls = pipeline.Spans("poll").Select(s => s.Context.SpanId).ToHashSet();
        pipeline.Spans("augment").ShouldAllBe(s => polls.Contains(s.ParentSpanId));
    }

    private static bool SentEmbeddingsOf(Activity send, HashSet<string> traces) =>
        (string?)send.GetTagItem(TagNames.Destination) == "test.embeddings" && send.Links.Any(l => traces.Contains(l.Context.TraceId.ToHexString())) && send.Links.Count() > 1;
}
