using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Evaluation;
using StreamingContrastive.Learning.Training;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Evaluation;

[Collection(TorchTests.Name)]
public sealed class FrozenEncoderTests
{
    [Fact]
    public void Features_OfAKeyEncoder_AreThoseOfTheTrainerAndStay()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());
        trainer.Step(TorchTests.Batch(0), collectMetrics: false);
        using var frozen = trainer.FreezeKey();
        var pictures = TorchTests.Batch(9).Clean;
        var expected = new float[6 * trainer.FeatureDimension];
        trainer.Embed(pictures, 6, Snapshot.Key, EmbeddingKindOf.Backbone, expected);

        trainer.Step(TorchTests.Batch(1), collectMetrics: false);

        frozen.Dimension.ShouldBe(trainer.FeatureDimension);
        frozen.Features(pictures, 6).ShouldBe(expected);
    }

    [Theory]
    [InlineData(Normalization.Batch)]
    [InlineData(Normalization.Group)]
    public void ContentHash_AnyValueMoves_Changes(Normalization normalization)
    {
        var configuration = TorchTests.Configuration();
        using var trainer = new ContrastiveTrainer(configuration with { Encoder = configuration.Encoder with { Normalization = normalization } });
        using var frozen = trainer.FreezeKey();
        var hash = frozen.ContentHash();

        frozen.Features(TorchTests.Batch(0).Clean, 6);
        frozen.ContentHash().ShouldBe(hash);
        hash.Length.ShouldBe(64);

        using var noGradients = no_grad();
        frozen.Network.State.Parameter(0).add_(1e-6);
        var moved = frozen.ContentHash();
        moved.ShouldNotBe(hash);
        if (normalization == Normalization.Batch)
        {
            frozen.Network.State.Buffer(0).add_(1e-6);
            frozen.ContentHash().ShouldNotBe(moved);
        }
    }
}
