using System.Buffers.Binary;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Tests.Learning.Training;

[Collection(TorchTests.Name)]
public sealed class SharedEncoderTests
{
    private const int Rows = 8;
    private const int Side = 8;
    private static readonly RowLayout s_layout = new([RowPart.Picture("a", Side, Side, 1), RowPart.Picture("b", Side, Side, 1)]);

    [Fact]
    public void Step_SharedParts_AreOneNetworkThatBothMove()
    {
        using var trainer = new ContrastiveTrainer(Configuration(shared: true));
        for (var step = 0; step < 3; step++)
        {
            trainer.Step(Batch(step, both: true), collectMetrics: false, embedClean: false).IsApplied.ShouldBeTrue();
        }

        Embed(trainer, 0).ShouldBe(Embed(trainer, 1));
        trainer.Queue.ShouldNotBeSameAs(trainer.Parts[1].Queue);
        trainer.Parts.Select(p => p.Queue.Filled).ShouldBe([3 * Rows, 3 * Rows]);
    }

    [Fact]
    public void Step_PartsOfTheirOwn_Differ()
    {
        using var trainer = new ContrastiveTrainer(Configuration(shared: false));

        Embed(trainer, 0).ShouldNotBe(Embed(trainer, 1));
    }

    [Fact]
    public void Step_OneBatch_AveragesTheKeyEncoderOnce()
    {
        // m = 0.5 and no learning: after one step the key is still the query's copy, so the average is told by a query moved by hand.
        using var trainer = new ContrastiveTrainer(Configuration(shared: true));
        using var scope = TorchSharp.torch.NewDisposeScope();
        using (TorchSharp.torch.no_grad())
        {
            trainer.Networks.Query.Flat.add_(1);
        }

        var before = trainer.Networks.Key.Flat.clone();
        trainer.Step(Batch(0, both: true), collectMetrics: false, embedClean: false);

        var moved = (trainer.Networks.Key.Flat - before).mean().item<float>();
        moved.ShouldBe(0.5f, 1e-3f); // twice would be 0.75
    }

    [Fact]
    public void Step_RowsThatLackTheOwnersPart_StillLearn()
    {
        using var trainer = new ContrastiveTrainer(Configuration(shared: true, within: 1));
        trainer.Step(Batch(0, both: true), collectMetrics: false, embedClean: false);
        var before = Embed(trainer, 0);

        trainer.Step(Batch(1, both: false), collectMetrics: false, embedClean: false).IsApplied.ShouldBeTrue();

        Embed(trainer, 0).ShouldNotBe(before);
    }

    [Fact]
    public void Restore_SavedState_GoesOnBitForBit()
    {
        using var trainer = new ContrastiveTrainer(Configuration(shared: true));
        trainer.Step(Batch(0, both: true), collectMetrics: false, embedClean: false);
        var state = trainer.CopyState();
        state.Files.Keys.ShouldNotContain("query.b");
        trainer.Step(Batch(1, both: true), collectMetrics: false, embedClean: false);

        using var resumed = new ContrastiveTrainer(Configuration(shared: true));
        resumed.Restore(state);
        resumed.Step(Batch(1, both: true), collectMetrics: false, embedClean: false);

        Embed(resumed, 1).ShouldBe(Embed(trainer, 1));
    }

    [Fact]
    public void SpaceId_OfAnEncoderForBoth_IsAnother()
    {
        using var shared = new ContrastiveTrainer(Configuration(shared: true));
        using var own = new ContrastiveTrainer(Configuration(shared: false));

        shared.SpaceId.ShouldNotBe(own.SpaceId);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0, 2)]
    [InlineData(0, -1)]
    public void Problem_OfAnEncoderThatIsNone_IsSaid(int first, int second) =>
        (Configuration(shared: false) with { SharedWith = [first, second] }).Problem().ShouldNotBeNull().ShouldContain("an earlier part of the same kind");

    private static TrainerConfiguration Configuration(bool shared, double within = 0) => new(
        new InputGeometry(Side, Side, 1),
        new EncoderOptions { Width = 4, ProjectionDimension = 8 },
        new ObjectiveOptions { Plan = PlanKind.CrossModal, QueueCapacityRows = 64, CrossModal = new CrossModalOptions { WithinWeight = within } },
        new TrainingOptions { BatchSize = Rows, Momentum = 0.5, WarmupSteps = 1, Threads = 1 },
        Seed: 3,
        PublishProjection: true)
    {
        Rows = s_layout,
        SharedWith = shared ? [0, 0] : [],
    };

    private static TrainingBatch Batch(int seed, bool both)
    {
        var batch = new TrainingBatch(Rows, s_layout.Sizes) { Count = Rows };
        var random = new Random(seed);
        foreach (var (view, bytes) in ((byte[], int)[])[(batch.Query, s_layout.QueryBytes), (batch.Key, s_layout.KeyBytes), (batch.Clean, s_layout.CleanBytes)])
        {
            random.NextBytes(view);
            for (var row = 0; row < Rows; row++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(view.AsSpan(row * bytes), both ? 3u : 2u);
            }
        }

        for (var row = 0; row < Rows; row++)
        {
            (batch.RecordIds[row], batch.Labels[row], batch.EventTimesUnixMs[row]) = ((seed * Rows) + row, -1, -1);
        }

        return batch;
    }

    private static float[] Embed(ContrastiveTrainer trainer, int part)
    {
        var pixels = new byte[4 * Side * Side];
        new Random(9).NextBytes(pixels);
        var vectors = new float[4 * trainer.EmbeddingDimension];
        trainer.Embed(part, pixels, 4, Snapshot.Key, EmbeddingKindOf.Projection, vectors);
        return vectors;
    }
}
