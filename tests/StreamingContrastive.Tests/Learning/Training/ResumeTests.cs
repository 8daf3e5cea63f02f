using StreamingContrastive.Learning.Checkpoints;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Tests.Learning.Training;

[Collection(TorchTests.Name)]
public sealed class ResumeTests
{
    [Theory]
    [InlineData(OptimizerKind.AdamW)]
    [InlineData(OptimizerKind.Sgd)]
    public void Restore_AfterTenSteps_GoesOnBitIdentically(OptimizerKind optimizer)
    {
        var configuration = TorchTests.Configuration();
        configuration = configuration with { Training = configuration.Training with { Optimizer = optimizer } };
        using var whole = new ContrastiveTrainer(configuration);
        Run(whole, 0, 10);
        whole.FreezePublished();
        var saved = whole.CopyState();
        var expected = Run(whole, 10, 20);

        using var resumed = new ContrastiveTrainer(configuration with { Seed = 999 });
        resumed.Restore(saved);
        var actual = Run(resumed, 10, 20);

        resumed.CompletedSteps.ShouldBe(20);
        actual.ShouldBe(expected);
        ShouldEqual(resumed.CopyState(), whole.CopyState());
    }

    public static TheoryData<EncoderOptions> Encoders =>
    [
        new EncoderOptions { Width = 8, ProjectionDimension = 8, Normalization = Normalization.Group },
        new EncoderOptions { Width = 4, ProjectionDimension = 8, Normalization = Normalization.Split, NormalizationSplits = 3 },
        new EncoderOptions { Width = 4, ProjectionDimension = 8, ProjectionLayers = 3, ProjectionNormalization = true, PredictorHidden = 12 },
        new EncoderOptions { Width = 4, ProjectionDimension = 8, Normalization = Normalization.Split, NormalizationSplits = 2, ProjectionLayers = 1, PredictorHidden = 12, ProjectionNormalization = true },
    ];

    [Theory]
    [MemberData(nameof(Encoders))]
    public void Restore_OtherEncoders_GoOnBitIdentically(EncoderOptions encoder)
    {
        var configuration = TorchTests.Configuration() with { Encoder = encoder };
        using var whole = new ContrastiveTrainer(configuration);
        Run(whole, 0, 4);
        using var resumed = new ContrastiveTrainer(configuration);
        resumed.Restore(whole.CopyState());

        Run(whole, 4, 8);
        Run(resumed, 4, 8);

        ShouldEqual(resumed.CopyState(), whole.CopyState());
    }

    [Fact]
    public void CopyState_Predictor_IsTrainedAndSavedWithTheQuery()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration() with { Encoder = new EncoderOptions { Width = 4, ProjectionDimension = 8, PredictorHidden = 12 } });
        HostTensor Weight() => trainer.CopyState().Files["query"].Single(t => t.Name == "predictor.0.weight");
        Run(trainer, 0, 1); // the first step has no negatives, so nothing but decay moves
        var before = Weight();

        Run(trainer, 1, 3);

        before.Shape.ShouldBe([12, 8]);
        Weight().Data.ShouldNotBe(before.Data);
        trainer.CopyState().Files["optimizer"].Single(t => t.Name == "exp_avg.predictor.2.bias").Data.ShouldContain(b => b != 0);
    }

    [Fact]
    public void CopyState_TrainerGoesOn_CopyStays()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());
        Run(trainer, 0, 3);
        var saved = trainer.CopyState();
        var bytes = saved.Files["query"][0].Data.ToArray();

        Run(trainer, 3, 6);

        saved.Files["query"][0].Data.ShouldBe(bytes);
        trainer.CopyState().Files["query"][0].Data.ShouldNotBe(bytes);
    }

    [Fact]
    public void CopyState_Tensors_HoldTheBytesOfTheirShapes()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());

        foreach (var tensor in trainer.CopyState().Files.Values.SelectMany(f => f))
        {
            var size = tensor.Type == HostTensorType.F32 ? 4 : 8;
            tensor.Data.Length.ShouldBe((int)tensor.Shape.Aggregate(1L, (a, b) => a * b) * size, tensor.Name);
        }
    }

    [Theory]
    [InlineData("query", "conv1.weight")]
    [InlineData("key", "bn1.running_mean")]
    [InlineData("optimizer", "exp_avg.conv1.weight")]
    [InlineData("queue", "next")]
    public void Restore_TensorMissing_NamesItAndChangesNothing(string file, string name)
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());
        Run(trainer, 0, 2);
        var before = trainer.CopyState();
        var broken = With(Other(), file, tensors => tensors.Where(t => t.Name != name));

        var error = Should.Throw<TrainerStateException>(() => trainer.Restore(broken));

        error.Message.ShouldContain($"'{name}'");
        error.Message.ShouldContain($"'{file}'");
        ShouldEqual(trainer.CopyState(), before);
    }

    [Fact]
    public void Restore_OtherShapeOrType_SaysBoth()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());
        var state = trainer.CopyState();
        var reshaped = With(state, "query", tensors => tensors.Select(t => t.Name == "conv1.weight" ? t with { Shape = [4, 9] } : t));
        var retyped = With(state, "query", tensors => tensors.Select(t => t.Name == "conv1.weight" ? t with { Type = HostTensorType.I32 } : t));

        Should.Throw<TrainerStateException>(() => trainer.Restore(reshaped)).Message.ShouldContain("[4, 1, 3, 3]");
        Should.Throw<TrainerStateException>(() => trainer.Restore(retyped)).Message.ShouldContain("I32");
    }

    [Fact]
    public void Restore_TensorTooMany_NamesIt()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());
        var extra = With(trainer.CopyState(), "key", tensors => tensors.Append(new HostTensor("fc.weight", HostTensorType.F32, [1], new byte[4])));

        Should.Throw<TrainerStateException>(() => trainer.Restore(extra)).Message.ShouldContain("fc.weight");
    }

    [Fact]
    public void Restore_OtherSpaceOrFileMissing_IsRefused()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());
        var state = trainer.CopyState();

        Should.Throw<TrainerStateException>(() => trainer.Restore(state with { SpaceId = "0123456789abcdef" })).Message.ShouldContain("0123456789abcdef");
        Should.Throw<TrainerStateException>(() => trainer.Restore(state with { Files = state.Files.Where(f => f.Key != "queue").ToDictionary() })).Message.ShouldContain("'queue'");
    }

    private static List<float> Run(ContrastiveTrainer trainer, int from, int to)
    {
        List<float> embeddings = [];
        for (var step = from; step < to; step++)
        {
            embeddings.AddRange(trainer.Step(TorchTests.Batch(step), collectMetrics: false).Embeddings.Span);
        }

        return embeddings;
    }

    private static TrainerState Other()
    {
        using var other = new ContrastiveTrainer(TorchTests.Configuration() with { Seed = 5 });
        return other.CopyState();
    }

    private static TrainerState With(TrainerState state, string file, Func<IEnumerable<HostTensor>, IEnumerable<HostTensor>> change) =>
        state with { Files = new Dictionary<string, IReadOnlyList<HostTensor>>(state.Files) { [file] = [.. change(state.Files[file])] } };

    private static void ShouldEqual(TrainerState actual, TrainerState expected)
    {
        actual.Step.ShouldBe(expected.Step);
        actual.Files.Keys.Order().ShouldBe(expected.Files.Keys.Order());
        foreach (var (file, tensors) in expected.Files)
        {
            actual.Files[file].Select(t => t.Name).ShouldBe(tensors.Select(t => t.Name));
            foreach (var (a, b) in actual.Files[file].Zip(tensors))
            {
                a.Data.AsSpan().SequenceEqual(b.Data).ShouldBeTrue($"{file} {a.Name}");
            }
        }
    }
}
