using StreamingContrastive.Learning.Guards;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Tests.Learning.Guards;

public sealed class CollapseDetectorTests
{
    private static readonly StepMetrics Healthy = Metrics(loss: 5.5, accuracy: 0.3, positive: 0.6, negative: 0.2, uniformity: -1.3, std: 0.045);

    private readonly CollapseDetector _detector = new(new CollapseLimits { WarmupSteps = 100 }, dimension: 128, temperature: 0.1);

    public static TheoryData<string, StepMetrics, string> Signals => new()
    {
        { "spread", Healthy with { EmbeddingStd = 0.02 }, "mean deviation per dimension is 0.02, healthy is about 0.0884" },
        { "uniformity", Healthy with { Uniformity = -0.4 }, "uniformity is -0.4" },
        { "margin", Healthy with { NegativeSimilarity = 0.56 }, "positives (0.6) are hardly more alike than negatives (0.56)" },
        { "chance, all alike", Healthy with { Loss = 8.318 }, "the loss 8.318 is that of chance (8.318)" },
        { "chance, random vectors", Healthy with { Loss = 8.75 }, "that of chance (8.709)" },
        { "shortcut", Healthy with { Accuracy = 1 }, "pretext accuracy is 100.0" },
    };

    [Theory]
    [MemberData(nameof(Signals))]
    public void Observe_ASignalInEveryMeasure_CollapsesAtTheWindow(string name, StepMetrics metrics, string finding)
    {
        for (var measure = 0; measure < 4; measure++)
        {
            _detector.Observe(200 + (20 * measure), metrics).Health.ShouldBe(EncoderHealth.Suspect, name);
        }

        var verdict = _detector.Observe(280, metrics);

        verdict.Health.ShouldBe(EncoderHealth.Collapsed, name);
        verdict.SinceStep.ShouldBe(200);
        verdict.Text.ShouldContain(finding);
    }

    [Fact]
    public void Observe_AHealthyMeasureInBetween_BeginsAgain()
    {
        var bad = Healthy with { Uniformity = -0.1 };
        for (var measure = 0; measure < 20; measure++)
        {
            var verdict = _detector.Observe(200 + measure, measure % 5 == 4 ? Healthy : bad);

            verdict.Health.ShouldBe(measure % 5 == 4 ? EncoderHealth.Healthy : EncoderHealth.Suspect);
        }
    }

    [Fact]
    public void Observe_TwoSignalsInTurn_AreNotOneStreak()
    {
        for (var measure = 0; measure < 20; measure++)
        {
            _detector.Observe(200 + measure, measure % 2 == 0 ? Healthy with { Uniformity = -0.1 } : Healthy with { EmbeddingStd = 0 })
                .Health.ShouldBe(EncoderHealth.Suspect);
        }
    }

    [Fact]
    public void Observe_DuringTheWarmup_SaysNothingAndCountsNothing()
    {
        var bad = Healthy with { Uniformity = -0.1 };
        for (var step = 1; step < 100; step++)
        {
            _detector.Observe(step, bad).Health.ShouldBe(EncoderHealth.Unknown);
        }

        _detector.Observe(100, bad).ShouldSatisfyAllConditions(v => v.Health.ShouldBe(EncoderHealth.Suspect), v => v.SinceStep.ShouldBe(100));
        _detector.Observe(1, Healthy).Health.ShouldBe(EncoderHealth.Healthy);
    }

    [Fact]
    public void Observe_ShortQueueOrGrownEncoder_MayBeRight()
    {
        for (var measure = 0; measure < 10; measure++)
        {
            _detector.Observe(300 + measure, Healthy with { Accuracy = 1, QueueFilled = 1023 }).Health.ShouldBe(EncoderHealth.Healthy);
            _detector.Observe(1000 + measure, Healthy with { Accuracy = 1 }).Health.ShouldBe(EncoderHealth.Healthy);
        }
    }

    /// <summary>ln 4097 + 20^2 / 256 = 9.881: red with the file's temperature, whose chance is 8.709.</summary>
    [Fact]
    public void Observe_ScaleThatIsLearned_ChanceIsThatOfTheScale()
    {
        _detector.Observe(200, Healthy with { Loss = 9.88, LossScale = 20 }).Text.ShouldContain("that of chance (9.881)");
        _detector.Observe(220, Healthy with { Loss = 8.709, LossScale = 20 }).Health.ShouldBe(EncoderHealth.Healthy);
    }

    [Fact]
    public void Observe_SigmoidLoss_HasNoChanceOfASoftmax() =>
        _detector.Observe(200, Healthy with { Loss = 8.709, LossScale = 10, LossBias = -10 }).Health.ShouldBe(EncoderHealth.Healthy);

    [Fact]
    public void ObserveRank_LostTwice_Collapses()
    {
        _detector.ObserveRank(50, 90).Health.ShouldBe(EncoderHealth.Healthy); // An untrained encoder's rank is no measure for later.
        _detector.ObserveRank(150, 40).Health.ShouldBe(EncoderHealth.Healthy);
        _detector.ObserveRank(250, 29).Health.ShouldBe(EncoderHealth.Healthy);
        _detector.ObserveRank(350, 27.9).Health.ShouldBe(EncoderHealth.Suspect);

        var verdict = _detector.ObserveRank(450, 27);

        verdict.Health.ShouldBe(EncoderHealth.Collapsed);
        verdict.Text.ShouldContain("RankMe fell from 40 to 27");
    }

    /// <summary>
    /// Figures of a fresh run of a width-4 encoder on the bundled pictures (batch 32, K 512), every 20 steps from 20 to 300: they are
    /// what a young encoder looks like, and only the first four show a sign of collapse.
    /// </summary>
    [Fact]
    public void Observe_RecordedHealthyRun_ShowsSignsOnlyInTheFirstSteps()
    {
        (double Loss, double Positive, double Negative, double Uniformity, double Std)[] recorded =
        [
            (5.973, .922, .873, -.244, .0326), (5.976, .863, .798, -.286, .0431), (5.638, .846, .734, -.403, .0453), (5.404, .575, .410, -.506, .0536),
            (5.205, .405, .216, -.679, .0519), (4.752, .380, .104, -.826, .0491), (4.796, .426, .147, -1.125, .0452), (4.714, .455, .146, -1.287, .0438),
            (4.394, .566, .211, -1.274, .0439), (4.337, .607, .240, -1.367, .0457), (4.493, .615, .250, -1.369, .0492), (4.418, .613, .240, -1.527, .0484),
            (4.212, .659, .226, -1.588, .0530), (4.743, .564, .231, -1.441, .0472), (4.335, .643, .235, -1.608, .0499),
        ];
        var detector = new CollapseDetector(new CollapseLimits { WarmupSteps = 0 }, 128, 0.1);

        var healths = recorded.Select((m, i) => detector.Observe(20 * (i + 1), Metrics(m.Loss, .2, m.Positive, m.Negative, m.Uniformity, m.Std, filled: 512)).Health).ToList();

        healths.Take(3).ShouldBe([EncoderHealth.Suspect, EncoderHealth.Suspect, EncoderHealth.Suspect]);
        healths.Skip(3).ShouldAllBe(h => h == EncoderHealth.Healthy);
    }

    private static StepMetrics Metrics(double loss, double accuracy, double positive, double negative, double uniformity, double std, int filled = 4096) => new(
        loss, accuracy, positive, HardestNegativeSimilarity: 0.9, GradientNorm: 1, UpdateNorm: 1, LearningRate: 0.002, filled, QueueMeanAgeSteps: 32,
        Alignment: 2 - (2 * positive), uniformity, std, InvalidRows: 0, negative);
}
