using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Losses;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives.Losses;

[Collection(TorchTests.Name)]
public sealed class InfoNceLossTests
{
    [Theory]
    [InlineData(0.5, 0.641611902)]
    [InlineData(0.2, 0.326652)]
    [InlineData(0.1, 0.127223)]
    [InlineData(0.07, 0.055854)]
    public void Forward_TestVector_IsGolden(double temperature, double expected)
    {
        using var scope = NewDisposeScope();

        Contrast.Loss(Contrast.TestVector(), temperature).ShouldBe(expected, 6e-7);
    }

    [Fact]
    public void Forward_TestVector_GradientIsGolden()
    {
        using var scope = NewDisposeScope();
        var q = Contrast.Rows(ScalarType.Float64, [1, 0]).requires_grad_();
        var raw = Contrast.Rows(ScalarType.Float64, [2, 0]).requires_grad_();

        new InfoNceLoss(0.5).Forward(Contrast.TestVector(query: q)).PerRow.mean().backward();
        new InfoNceLoss(0.5).Forward(Contrast.TestVector(query: nn.functional.normalize(raw) * 1)).PerRow.mean().backward();

        Near(q.grad!, [-.362997, .208923], 1e-6);
        Near(raw.grad! * 2, [0, .208923], 1e-6); // through the normalisation of a vector of length 2
    }

    [Fact]
    public void Forward_QueueAndKeys_GetNoGradient()
    {
        using var scope = NewDisposeScope();
        var q = Contrast.UnitRows(1, 4, 8).requires_grad_();
        var queue = Contrast.UnitRows(2, 6, 8);
        var keys = Contrast.UnitRows(3, 4, 8);

        new InfoNceLoss(0.1).Forward(Contrast.Direction(q, keys, queue)).PerRow.mean().backward();

        q.grad.ShouldNotBeNull();
        queue.grad.ShouldBeNull();
        keys.grad.ShouldBeNull();
    }

    [Theory]
    [InlineData(1024, 6.9324)]
    [InlineData(4096, 8.3180)]
    [InlineData(65536, 11.0904)]
    public void Forward_EqualLogits_IsLogOfCandidates(int k, double expected)
    {
        using var scope = NewDisposeScope();
        var one = Contrast.Rows(ScalarType.Float64, [1, 0]);

        var loss = Contrast.Loss(Contrast.Direction(one, one, one.expand(k, 2)), 0.1);

        loss.ShouldBe(Math.Log(k + 1), 1e-10);
        loss.ShouldBe(expected, 5e-5);
    }

    [Fact]
    public void Forward_RandomInputs_EqualsSlowReference()
    {
        using var scope = NewDisposeScope();
        const double T = 0.13;
        var (q, k, queue) = (Contrast.UnitRows(1, 7, 5), Contrast.UnitRows(2, 7, 5), Contrast.UnitRows(3, 11, 5));
        var weights = randn(7, 11, dtype: ScalarType.Float64, generator: new Generator(4));
        weights[2, 3] = double.NegativeInfinity;

        var rows = new InfoNceLoss(T).Forward(Contrast.WithQueueWeights(Contrast.Direction(q, k, queue), weights)).PerRow;

        for (var i = 0; i < 7; i++)
        {
            var own = Math.Exp(q[i].dot(k[i]).item<double>() / T);
            var sum = own;
            for (var j = 0; j < 11; j++)
            {
                sum += Math.Exp((q[i].dot(queue[j]).item<double>() / T) + weights[i, j].item<double>());
            }

            rows[i].item<double>().ShouldBe(-Math.Log(own / sum), 1e-12);
        }
    }

    [Fact]
    public void Forward_FiniteDifferences_AgreeWithGradient()
    {
        using var scope = NewDisposeScope();
        var x = randn(3, 5, dtype: ScalarType.Float64, generator: new Generator(7)).requires_grad_();
        var (k, queue) = (Contrast.UnitRows(8, 3, 5), Contrast.UnitRows(9, 6, 5));
        var mask = zeros(3, 6, dtype: ScalarType.Float64);
        mask[1, 4] = double.NegativeInfinity;
        Tensor Loss(Tensor input) => new InfoNceLoss(0.2).Forward(Contrast.WithQueueWeights(Contrast.Direction(nn.functional.normalize(input), k, queue), mask)).PerRow.mean();

        Loss(x).backward();

        const double H = 1e-6;
        for (var i = 0; i < 3; i++)
        {
            for (var j = 0; j < 5; j++)
            {
                var step = zeros(3, 5, dtype: ScalarType.Float64);
                step[i, j] = H;
                var numeric = (Loss(x.detach() + step) - Loss(x.detach() - step)).item<double>() / (2 * H);
                x.grad![i, j].item<double>().ShouldBe(numeric, 1e-7);
            }
        }
    }

    [Fact]
    public void Forward_MaskedSlot_ChangesNothing()
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.TestVector();
        var wider = Contrast.Direction(direction.Anchors, Contrast.Rows(ScalarType.Float64, [.8, .6]), Contrast.Rows(ScalarType.Float64, [.6, .8], [0, 1], [-1, 0], [.96, .28]));
        var masked = Contrast.WithQueueWeights(wider, Contrast.Rows(ScalarType.Float64, [0, 0, 0, double.NegativeInfinity]));

        Contrast.Loss(masked, 0.5).ShouldBe(Contrast.Loss(direction, 0.5), 1e-15);
    }

    [Fact]
    public void Forward_NeutralWeights_IsBitIdentical()
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.Direction(Contrast.UnitRows(1, 6, 16, ScalarType.Float32), Contrast.UnitRows(2, 6, 16, ScalarType.Float32), Contrast.UnitRows(3, 40, 16, ScalarType.Float32));

        var plain = new InfoNceLoss(0.1).Forward(direction).PerRow;
        var neutral = new InfoNceLoss(0.1).Forward(Contrast.WithQueueWeights(direction, zeros(6, 40))).PerRow;

        neutral.eq(plain).all().item<bool>().ShouldBeTrue();
    }

    [Fact]
    public void Forward_QueuePermuted_StaysTheSame()
    {
        using var scope = NewDisposeScope();
        var (q, k, queue) = (Contrast.UnitRows(1, 6, 16), Contrast.UnitRows(2, 6, 16), Contrast.UnitRows(3, 40, 16));

        var permuted = Contrast.Loss(Contrast.Direction(q, k, queue.index_select(0, randperm(40, generator: new Generator(5)))), 0.1);

        permuted.ShouldBe(Contrast.Loss(Contrast.Direction(q, k, queue), 0.1), 1e-12);
    }

    [Fact]
    public void Forward_OppositeAndEqualVectorsAtTinyTemperature_IsFiniteInFloat32()
    {
        using var scope = NewDisposeScope();
        var q = Contrast.Rows(ScalarType.Float32, [1, 0], [1, 0]).requires_grad_();

        var direction = Contrast.Direction(q, Contrast.Rows(ScalarType.Float32, [1, 0], [-1, 0]), Contrast.Rows(ScalarType.Float32, [1, 0], [-1, 0]));
        var rows = new InfoNceLoss(0.01).Forward(direction).PerRow;
        rows.mean().backward();

        rows.isfinite().all().item<bool>().ShouldBeTrue();
        q.grad!.isfinite().all().item<bool>().ShouldBeTrue();
        rows[0].item<float>().ShouldBe((float)Math.Log(2), 1e-5f);
        rows[1].item<float>().ShouldBe(200f, 1e-3f);
    }

    [Fact]
    public void Forward_RowWithoutCandidates_IsZeroInvalidAndWithoutGradient()
    {
        using var scope = NewDisposeScope();
        var q = Contrast.UnitRows(1, 2, 4).requires_grad_();
        var mask = zeros(2, 3, dtype: ScalarType.Float64);
        mask[0].fill_(double.NegativeInfinity);

        var rows = new InfoNceLoss(0.1).Forward(Contrast.WithQueueWeights(Contrast.Direction(q, Contrast.UnitRows(2, 2, 4), Contrast.UnitRows(3, 3, 4)), mask));
        rows.PerRow.sum().backward();

        rows.PerRow[0].item<double>().ShouldBe(0);
        rows.PerRow[1].item<double>().ShouldBeGreaterThan(0);
        rows.Valid.ShouldNotBeNull().data<bool>().ToArray().ShouldBe([false, true]);
        q.grad![0].abs().sum().item<double>().ShouldBe(0);
        q.grad.isfinite().all().item<bool>().ShouldBeTrue();
    }

    [Fact]
    public void Forward_TwoNegativeBlocks_EqualOneWithAllOfThem()
    {
        using var scope = NewDisposeScope();
        var (q, k, queue) = (Contrast.UnitRows(1, 3, 4), Contrast.UnitRows(2, 3, 4), Contrast.UnitRows(3, 9, 4));
        var mask = zeros(3, 9, dtype: ScalarType.Float64);
        mask.narrow(1, 0, 5).select(0, 1).fill_(double.NegativeInfinity); // row 1 has nothing in the first block
        mask.select(0, 2).fill_(double.NegativeInfinity); // row 2 has nothing at all
        var whole = Contrast.WithQueueWeights(Contrast.Direction(q, k, queue), mask);
        var block = whole.Blocks[1];
        CandidateBlock Part(int from, int count) => block with { Keys = queue.narrow(0, from, count), Cosine = block.Cosine.narrow(1, from, count), LogWeight = mask.narrow(1, from, count) };

        var one = new InfoNceLoss(0.1).Forward(whole);
        var two = new InfoNceLoss(0.1).Forward(whole with { Blocks = [whole.Blocks[0], Part(0, 5), Part(5, 4)] });

        (two.PerRow - one.PerRow).abs().max().item<double>().ShouldBeLessThan(1e-12);
        two.Valid!.data<bool>().ToArray().ShouldBe([true, true, false]);
        one.Valid!.data<bool>().ToArray().ShouldBe([true, true, false]);
    }

    [Fact]
    public void Forward_EmptyQueue_IsExactlyZeroAndInvalid()
    {
        using var scope = NewDisposeScope();
        var q = Contrast.UnitRows(1, 2, 4).requires_grad_();

        var rows = new InfoNceLoss(0.1).Forward(Contrast.Direction(q, Contrast.UnitRows(2, 2, 4), zeros(0, 4, dtype: ScalarType.Float64)));
        rows.PerRow.sum().backward();

        rows.PerRow.data<double>().ToArray().ShouldBe([0, 0]);
        rows.Valid.ShouldNotBeNull().any().item<bool>().ShouldBeFalse();
        q.grad!.abs().sum().item<double>().ShouldBe(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void Constructor_TemperatureNotAboveZero_SaysSo(double temperature) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new InfoNceLoss(temperature)).Message.ShouldContain("objective.temperature");

    private static void Near(Tensor actual, double[] expected, double tolerance)
    {
        var values = actual.reshape(-1).data<double>().ToArray();
        for (var i = 0; i < expected.Length; i++)
        {
            values[i].ShouldBe(expected[i], tolerance);
        }
    }
}
