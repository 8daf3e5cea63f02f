using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Monitoring;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;
using StreamingContrastive.Tests.Learning;
using StreamingContrastive.Tests.Learning.Training;

namespace StreamingContrastive.Tests.Pipeline.Monitoring;

/// <summary>The sample of a stream of pictures with texts: each part is a point, embedded by its own network.</summary>
[Collection(TorchTests.Name)]
public sealed class EmbeddingSamplerPartsTests : IDisposable
{
    private static readonly RowLayout Layout = TwoParts.PictureAndText;

    private readonly ContrastiveTrainer _trainer = new(TwoParts.Configuration(rows: Layout));
    private readonly SampleBoard _board = new();

    public void Dispose() => _trainer.Dispose();

    /// <summary>Row 2 has no text, row 4 no picture. Seen to fail with every row embedded as a picture.</summary>
    [Fact]
    public void Advance_RecordsOfParts_EmbedsEveryPartThatIsThereByItsOwnNetwork()
    {
        var sampler = new EmbeddingSampler(6, [WatchedPart.Of(Layout, 0), WatchedPart.Of(Layout, 1)], EmbeddingKindOf.Projection, _board);
        var batch = TwoParts.Batch(Layout, 0, (row, part) => (row, part) is not ((2, 1) or (4, 0)));
        _trainer.Step(batch, collectMetrics: false);

        Observe(sampler, batch);
        sampler.Advance(_trainer, version: 1);

        var version = _board.Versions.ShouldHaveSingleItem();
        version.Records.Select(r => (r.Part, r.Position[^1], r.Text)).ShouldBe(
            [(0, '0', null), (0, '1', null), (0, '2', null), (0, '3', null), (0, '5', null), (1, '0', "text 0"), (1, '1', "text 1"), (1, '3', "text 3"), (1, '4', "text 4"), (1, '5', "text 5")]);
        version.Records.Select(r => r.Id).Distinct().Count().ShouldBe(10);
        for (var i = 0; i < version.Records.Length; i++)
        {
            var expected = new float[version.Dimension];
            _trainer.Embed(version.Records[i].Part, version.Records[i].Row.Span, 1, Snapshot.Published, EmbeddingKindOf.Projection, expected);
            version.Vector(i).ToArray().ShouldBe(expected, 1e-5);
        }
    }

    [Fact]
    public void Advance_MoreRowsThanFitOnePass_EndsWithEveryPart()
    {
        var sampler = new EmbeddingSampler(60, [WatchedPart.Of(Layout, 0), WatchedPart.Of(Layout, 1)], EmbeddingKindOf.Projection, _board);
        for (var step = 0; step < 10; step++)
        {
            var batch = TwoParts.Batch(Layout, step);
            _trainer.Step(batch, collectMetrics: false);
            Observe(sampler, batch);
            sampler.Advance(_trainer, version: 1);
        }

        _board.Versions.ShouldBeEmpty("32 of 120 rows a step");
        sampler.Advance(_trainer, version: 1);
        sampler.Advance(_trainer, version: 1);
        sampler.Advance(_trainer, version: 1);

        _board.Versions.ShouldHaveSingleItem().Records.CountBy(r => r.Part).ShouldBe([new(0, 60), new(1, 60)]);
    }

    private static void Observe(EmbeddingSampler sampler, TrainingBatch batch)
    {
        var positions = new BatchPositions(6);
        var partition = positions.AddPartition(new PartitionId("records", 3), 0);
        for (var row = 0; row < batch.Count; row++)
        {
            positions.AddRow(new PairMeta(row, batch.RecordIds[row], 0, -1, -1, [1], default) { Excerpts = [null, $"text {row}"] }, partition);
        }

        sampler.Observe(batch, positions);
    }
}
