using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Losses;
using StreamingContrastive.Learning.Objectives.Plans;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives.Losses;

/// <summary>CLIP and SigLIP: golden numbers of learning.md 1.14, slow references, gradients of vectors, scale and bias.</summary>
[Collection(TorchTests.Name)]
public sealed class CrossModalLossTests
{
    private static readonly CrossModalBatchPlan s_plan = new(withQueue: false, within: 0);

    [Theory]
    [InlineData(2, 0.286024)]
    [InlineData(1 / .07, 0.027922)]
    public void Clip_BatchVector_IsGolden(double scale, double expected)
    {
        using var scope = NewDisposeScope();
        var loss = new ClipLoss(scale);
        using var values = CrossModal.Bind(loss);

        Value(loss, CrossModal.BatchVector()).ShouldBe(expected, 6e-7);
    }

    [Theory]
    [InlineData(10, -10, 2.136003)]
    [InlineData(2, 0, 1.047183)]
    public void SigLip_BatchVector_IsGolden(double scale, double bias, double expected)
    {
        using var scope = NewDisposeScope();
        var loss = new SigLipLoss(scale, bias);
        using var values = CrossModal.Bind(loss);

        Value(loss, CrossModal.BatchVector()).ShouldBe(expected, 6e-7);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Loss_SomeRowsMissing_EqualsTheSlowReference(bool sigLip)
    {
        using var scope = NewDisposeScope();
        var (image, text) = (Contrast.UnitRows(1, 7, 5), Contrast.UnitRows(2, 7, 5));
        bool[] hasImage = [true, true, false, true, true, true, true], hasText = [true, false, true, true, true, true, false];
        var loss = Loss(sigLip, 7, -3);
        using var values = CrossModal.Bind(loss);

        Value(loss, CrossModal.Encoded(image, text, hasImage, hasText)).ShouldBe(Reference(image, text, hasImage, hasText, 7, sigLip ? -3 : null), 1e-12);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Loss_Gradients_AreFiniteDifferences(bool sigLip)
    {
        using var scope = NewDisposeScope();
        var loss = Loss(sigLip, 3, -1);
        using var values = CrossModal.Bind(loss);
        var (image, text) = (randn(4, 3, ScalarType.Float64, generator: new Generator(5)).requires_grad_(), randn(4, 3, ScalarType.Float64, generator: new Generator(6)).requires_grad_());
        Tensor Of(Tensor a, Tensor b) => CrossModal.Loss(s_plan, loss, CrossModal.Encoded(nn.functional.normalize(a), nn.functional.normalize(b), hasText: [true, true, false, true]), CrossModal.Empty(3), CrossModal.Empty(3));

        Of(image, text).backward();

        const double H = 1e-6;
        double At(Tensor x, long i, Func<double> value)
        {
            using var noGradients = no_grad();
            var flat = x.view(-1);
            flat[i] += H;
            var up = value();
            flat[i] -= 2 * H;
            var down = value();
            flat[i] += H;
            return (up - down) / (2 * H);
        }

        double Now() => Of(image, text).item<double>();
        foreach (var x in (Tensor[])[image, text, values.Parameter(0), .. sigLip ? (Tensor[])[values.Parameter(1)] : []])
        {
            for (var i = 0L; i < x.numel(); i++)
            {
                x.grad!.view(-1)[i].item<double>().ShouldBe(At(x, i, Now), 1e-7);
            }
        }
    }

    [Fact]
    public void Clip_Scale_IsClampedAtAHundredAndRead()
    {
        using var scope = NewDisposeScope();
        var loss = new ClipLoss(90);
        using var values = CrossModal.Bind(loss);
        using (no_grad())
        {
            values.Parameter(0).fill_(Math.Log(250));
        }

        loss.Clamp();

        loss.Read().Scale.ShouldBe(100, 1e-9);
        loss.Read().Bias.ShouldBeNull();
        Should.Throw<ArgumentOutOfRangeException>(() => new ClipLoss(101)).Message.ShouldContain("14.2857");
    }

    [Fact]
    public void Clip_EqualCosines_IsTheLogarithmOfTheBatch()
    {
        using var scope = NewDisposeScope();
        var loss = new ClipLoss(5);
        using var values = CrossModal.Bind(loss);
        var one = Contrast.UnitRows(3, 1, 4).expand(6, 4);

        Value(loss, CrossModal.Encoded(one, one)).ShouldBe(Math.Log(6), 1e-12);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Forward_Repeated_LeavesItsResultAlone(bool sigLip)
    {
        var loss = Loss(sigLip, 3, -1);
        using var values = CrossModal.Bind(loss);
        using var scope = NewDisposeScope();
        var direction = s_plan.Build(CrossModal.BatchVector(), [CrossModal.Empty(2), CrossModal.Empty(2)])[0];
        loss.Forward(direction);
        var statistics = TorchSharp.DisposeScopeManager.Statistics.TensorStatistics;
        var before = statistics.ThreadTotalLiveCount;

        var rows = loss.Forward(direction);

        (statistics.ThreadTotalLiveCount - before).ShouldBe(rows.Valid is null ? 1 : 2);
    }

    [Fact]
    public void SigLip_RemovedAndMarkedCandidates_CountNotAndAsPositives()
    {
        using var scope = NewDisposeScope();
        var loss = new SigLipLoss(2, -.5);
        using var values = CrossModal.Bind(loss);
        var direction = Contrast.TestVector();
        direction = Contrast.WithQueuePositives(Contrast.WithQueueWeights(direction, Contrast.Rows(ScalarType.Float64, [0, double.NegativeInfinity, 0])), Contrast.Rows(ScalarType.Float64, [1, 0, 0]));

        // s+ = .8; candidates .6 (marked), 0 (removed), -1
        Contrast.Loss(direction, loss).ShouldBe(Softplus(-1.1) + Softplus(-.7) + Softplus(-2.5), 1e-12);
    }

    [Fact]
    public void Dclw_RowsWithoutAPart_WeighNobody()
    {
        using var scope = NewDisposeScope();
        var s = tensor((double[])[.8, 0, .4]);

        DclLoss.PositiveWeights(s, .5, tensor((bool[])[true, false, true])).data<double>().ToArray().ShouldBe([.620051, 1, 1.379949], 6e-7);
        DclLoss.PositiveWeights(s, .5, tensor((bool[])[false, false, false])).data<double>().ToArray().ShouldBe([1, 1, 1]);
    }

    private static ILearnableLoss Loss(bool sigLip, double scale, double bias) => sigLip ? new SigLipLoss(scale, bias) : new ClipLoss(scale);

    private static double Value(ILoss loss, Encoded encoded) =>
        CrossModal.Loss(s_plan, loss, encoded, CrossModal.Empty(encoded.Parts[0].Query.shape[1]), CrossModal.Empty(encoded.Parts[0].Query.shape[1])).item<double>();

    /// <summary>Triple loop in double precision over the rows that have both parts.</summary>
    private static double Reference(Tensor image, Tensor text, bool[] hasImage, bool[] hasText, double t, double? bias)
    {
        var (a, b) = (Numbers(image), Numbers(text));
        var total = 0.0;
        foreach (var (anchors, candidates, has) in new[] { (a, b, hasText), (b, a, hasImage) })
        {
            var (sum, count) = (0.0, 0);
            for (var i = 0; i < a.Length; i++)
            {
                if (!hasImage[i] || !hasText[i])
                {
                    continue;
                }

                count++;
                var (logits, own) = (new List<double>(), 0.0);
                for (var j = 0; j < a.Length; j++)
                {
                    if (!has[j])
                    {
                        continue;
                    }

                    var z = (t * anchors[i].Zip(candidates[j], (x, y) => x * y).Sum()) + (bias ?? 0);
                    own = i == j ? z : own;
                    logits.Add(z);
                    sum += bias is null ? 0 : Softplus(i == j ? -z : z);
                }

                sum += bias is null ? Math.Log(logits.Sum(Math.Exp)) - own : 0;
            }

            total += sum / count / 2;
        }

        return total;
    }

    private static double[][] Numbers(Tensor rows) => [.. Enumerable.Range(0, (int)rows.shape[0]).Select(i => rows[i].contiguous().data<double>().ToArray())];

    private static double Softplus(double x) => Math.Log(1 + Math.Exp(x));
}
