using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Losses;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives.Losses;

/// <summary>What every loss has to hold, over all of them.</summary>
[Collection(TorchTests.Name)]
public sealed class LossFamilyTests
{
    private const double T = 0.2;

    public static TheoryData<string> Names => [.. Losses.Keys];

    private static readonly Dictionary<string, (Func<double, ILoss> Create, Func<List<SlowLoss.Entry>, double, double> Slow, bool Many)> Losses = new()
    {
        ["infoNce"] = (t => new InfoNceLoss(t), SlowLoss.InfoNce, false),
        ["dcl"] = (t => new DclLoss(t, null), SlowLoss.Dcl, false),
        ["debiased"] = (t => new DebiasedLoss(t, 0.1, 0), (row, t) => SlowLoss.Debiased(row, t, 0.1, 0).Loss, false),
        ["debiased, often clamped"] = (t => new DebiasedLoss(t, 0.6, 0), (row, t) => SlowLoss.Debiased(row, t, 0.6, 0).Loss, false),
        ["hcl"] = (t => new DebiasedLoss(t, 0.1, 1.5), (row, t) => SlowLoss.Debiased(row, t, 0.1, 1.5).Loss, false),
        ["supCon"] = (t => new SupConLoss(t, 0.07), (row, t) => SlowLoss.SupCon(row, t, 0.07), true),
        ["supCon, one positive"] = (t => new SupConLoss(t, null), (row, t) => SlowLoss.SupCon(row, t, t), false),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_RandomInputs_EqualsTheSlowReference(string name)
    {
        var (create, slow, many) = Losses[name];
        for (ulong seed = 1; seed <= 40; seed += 4)
        {
            using var scope = NewDisposeScope();
            var direction = Contrast.Random(seed, many);

            var rows = create(T).Forward(direction).PerRow;

            for (var i = 0; i < 7; i++)
            {
                rows[i].item<double>().ShouldBe(slow(SlowLoss.Row(direction, i), T), 1e-10, $"seed {seed} row {i}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_FiniteDifferences_AgreeWithGradient(string name)
    {
        using var scope = NewDisposeScope();
        var (create, _, many) = Losses[name];
        var x = randn(7, 5, dtype: ScalarType.Float64, generator: new Generator(7)).requires_grad_();
        var pattern = Contrast.Random(5, many);
        var (k, queue) = (Contrast.UnitRows(6, 7, 5), Contrast.UnitRows(7, 11, 5));
        Tensor Loss(Tensor input)
        {
            var direction = Contrast.WithQueueWeights(Contrast.Direction(nn.functional.normalize(input), k, queue), pattern.Blocks[1].LogWeight!);
            return create(T).Forward(many ? Contrast.WithQueuePositives(direction, pattern.Blocks[1].Positive!) : direction).PerRow.mean();
        }

        Loss(x).backward();

        const double H = 1e-6;
        for (var i = 0; i < 7; i++)
        {
            for (var j = 0; j < 5; j++)
            {
                var step = zeros(7, 5, dtype: ScalarType.Float64);
                step[i, j] = H;
                var numeric = (Loss(x.detach() + step) - Loss(x.detach() - step)).item<double>() / (2 * H);
                x.grad![i, j].item<double>().ShouldBe(numeric, 1e-7, $"{i}, {j}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_QueuePermuted_StaysTheSame(string name)
    {
        using var scope = NewDisposeScope();
        var (create, _, many) = Losses[name];
        var direction = Contrast.Random(3, many);
        var order = randperm(11, generator: new Generator(5));
        var block = direction.Blocks[1];
        var permuted = direction with
        {
            Blocks = [direction.Blocks[0], block with { Keys = block.Keys.index_select(0, order), Cosine = block.Cosine.index_select(1, order), LogWeight = block.LogWeight!.index_select(1, order), Positive = block.Positive?.index_select(1, order) }],
        };

        Contrast.Loss(permuted, create(T)).ShouldBe(Contrast.Loss(direction, create(T)), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_MaskedSlot_ChangesNothing(string name)
    {
        using var scope = NewDisposeScope();
        var create = Losses[name].Create;
        var direction = Contrast.TestVector();
        var wider = Contrast.Direction(direction.Anchors, Contrast.Rows(ScalarType.Float64, [.8, .6]), Contrast.Rows(ScalarType.Float64, [.6, .8], [0, 1], [-1, 0], [.96, .28]));
        var masked = Contrast.WithQueueWeights(wider, Contrast.Rows(ScalarType.Float64, [0, 0, 0, double.NegativeInfinity]));

        Contrast.Loss(masked, create(0.5)).ShouldBe(Contrast.Loss(direction, create(0.5)), 1e-14);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_NeutralWeights_IsBitIdentical(string name)
    {
        using var scope = NewDisposeScope();
        var create = Losses[name].Create;
        var direction = Contrast.Direction(Contrast.UnitRows(1, 6, 16, ScalarType.Float32), Contrast.UnitRows(2, 6, 16, ScalarType.Float32), Contrast.UnitRows(3, 40, 16, ScalarType.Float32));

        var plain = create(0.1).Forward(direction).PerRow;
        var neutral = create(0.1).Forward(Contrast.WithQueueWeights(direction, zeros(6, 40))).PerRow;

        neutral.SameAs(plain).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_OppositeAndEqualVectorsAtTinyTemperature_IsFiniteInFloat32(string name)
    {
        using var scope = NewDisposeScope();
        var q = Contrast.Rows(ScalarType.Float32, [1, 0], [1, 0]).requires_grad_();
        var direction = Contrast.Direction(q, Contrast.Rows(ScalarType.Float32, [1, 0], [-1, 0]), Contrast.Rows(ScalarType.Float32, [1, 0], [-1, 0]));

        var rows = Losses[name].Create(0.01).Forward(direction).PerRow;
        rows.mean().backward();

        rows.isfinite().all().item<bool>().ShouldBeTrue();
        q.grad!.isfinite().all().item<bool>().ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_RowWithoutCandidates_IsZeroInvalidAndWithoutGradient(string name)
    {
        using var scope = NewDisposeScope();
        var q = Contrast.UnitRows(1, 2, 4).requires_grad_();
        var mask = zeros(2, 3, dtype: ScalarType.Float64);
        mask[0].fill_(double.NegativeInfinity);

        var rows = Losses[name].Create(0.1).Forward(Contrast.WithQueueWeights(Contrast.Direction(q, Contrast.UnitRows(2, 2, 4), Contrast.UnitRows(3, 3, 4)), mask));
        rows.PerRow.sum().backward();

        rows.PerRow[0].item<double>().ShouldBe(0);
        rows.Valid.ShouldNotBeNull().data<bool>().ToArray().ShouldBe([false, true]);
        (rows.Clamped is { } clamped && clamped[0].item<bool>()).ShouldBeFalse();
        q.grad![0].abs().sum().item<double>().ShouldBe(0);
        q.grad.isfinite().all().item<bool>().ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_EmptyQueue_IsExactlyZeroAndInvalid(string name)
    {
        using var scope = NewDisposeScope();
        var q = Contrast.UnitRows(1, 2, 4).requires_grad_();

        var rows = Losses[name].Create(0.1).Forward(Contrast.Direction(q, Contrast.UnitRows(2, 2, 4), zeros(0, 4, dtype: ScalarType.Float64)));
        rows.PerRow.sum().backward();

        rows.PerRow.data<double>().ToArray().ShouldBe([0, 0]);
        rows.Valid.ShouldNotBeNull().any().item<bool>().ShouldBeFalse();
        q.grad!.abs().sum().item<double>().ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Constructor_TemperatureNotAboveZero_SaysSo(string name) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Losses[name].Create(0)).Message.ShouldContain("objective.temperature");
}
