using StreamingContrastive.Learning.Evaluation;

namespace StreamingContrastive.Tests.Learning.Evaluation;

public sealed class LinearProbeTests
{
    private static readonly LinearProbeSettings s_quick = new() { Iterations = 150 };

    [Fact]
    public void Evaluate_OfSeparableClasses_IsPerfectAtAnyScaleAndOffset()
    {
        LabelledFeatures train = Clusters(600, seed: 1, noise: .1);
        LabelledFeatures test = Clusters(300, seed: 2, noise: .1);

        LinearProbe.Evaluate(train, test, s_quick, TestContext.Current.CancellationToken).Accuracy.ShouldBe(1);
        LinearProbe.Evaluate(Moved(train), Moved(test), s_quick, TestContext.Current.CancellationToken).Accuracy.ShouldBe(1);
    }

    [Fact]
    public void Evaluate_OfFeaturesWithoutSignal_IsChance()
    {
        LabelledFeatures train = Noise(2000, seed: 1);
        LabelledFeatures test = Noise(2000, seed: 2);

        LinearProbeResult result = LinearProbe.Evaluate(train, test, s_quick, TestContext.Current.CancellationToken);

        result.Accuracy.ShouldBe(.25, .05);
        result.TrainAccuracy.ShouldBeGreaterThan(result.Accuracy);
    }

    [Fact]
    public void Evaluate_OfTheSameInput_IsTheSameToTheLastBit()
    {
        LabelledFeatures train = Clusters(1500, seed: 1, noise: 2);
        LabelledFeatures test = Clusters(700, seed: 2, noise: 2);

        LinearProbeResult first = LinearProbe.Evaluate(train, test, s_quick, TestContext.Current.CancellationToken);
        LinearProbeResult second = LinearProbe.Evaluate(train, test, s_quick, TestContext.Current.CancellationToken);

        second.Accuracy.ShouldBe(first.Accuracy);
        second.WeightDecay.ShouldBe(first.WeightDecay);
        second.HoldoutAccuracies.ShouldBe(first.HoldoutAccuracies);
    }

    [Fact]
    public void Evaluate_OfTwoWeightDecays_TakesTheOneThatTheHoldoutPrefers()
    {
        LabelledFeatures train = Clusters(1000, seed: 1, noise: 1);
        LabelledFeatures test = Clusters(500, seed: 2, noise: 1);

        // The absurd one shrinks every weight to nothing, so that only the biases speak.
        LinearProbeResult result = LinearProbe.Evaluate(
            train, test, s_quick with { WeightDecays = [1000, 1e-4] }, TestContext.Current.CancellationToken);

        result.WeightDecay.ShouldBe(1e-4);
        result.HoldoutAccuracies[0].ShouldBeLessThan(result.HoldoutAccuracies[1]);
        result.TrainCount.ShouldBe(1000);
        result.TestCount.ShouldBe(500);
    }

    [Fact]
    public void Fit_OfManySteps_ReachesTheStationaryPointOfTheLoss()
    {
        // 1,100 rows are three blocks, the last one short. At the optimum the gradient, worked out here in float64, is zero.
        LabelledFeatures train = Clusters(1100, seed: 5, noise: 1.5);
        int[] rows = [.. Enumerable.Range(0, train.Count)];
        FeatureColumns columns = FeatureColumns.Of(train, rows, ClassIndex.Of(train.Labels), Standardizer.Of(train, rows));
        const double decay = .1;

        SoftmaxRegression model = SoftmaxRegression.Fit(
            columns, 4, new LinearProbeSettings { Iterations = 1500 }, decay, TestContext.Current.CancellationToken);

        double[] start = SlowGradient(columns, new float[4 * 7], decay);
        double[] end = SlowGradient(columns, model.Parameters.ToArray(), decay);
        start.Max(Math.Abs).ShouldBeGreaterThan(.05);
        end.Max(Math.Abs).ShouldBeLessThan(2e-5);
    }

    [Fact]
    public void Evaluate_OfConstantFeature_IgnoresIt()
    {
        LabelledFeatures train = Clusters(400, seed: 1, noise: .1);
        float[] values = [.. train.Values.Chunk(6).SelectMany(row => row.Append(1234.567f))];
        LabelledFeatures widened = new(values, train.Labels);

        LinearProbe.Evaluate(widened, widened, s_quick, TestContext.Current.CancellationToken).Accuracy.ShouldBe(1);
    }

    [Fact]
    public void Evaluate_OfClassThatTrainingLacks_CountsAsWrong()
    {
        LabelledFeatures train = Clusters(200, seed: 1, noise: .1);
        LabelledFeatures test = new(train.Values, [.. train.Labels.Select(label => label == 3 ? 99 : label)]);

        LinearProbe.Evaluate(train, test, s_quick, TestContext.Current.CancellationToken).Accuracy.ShouldBe(.75, 1e-9);
    }

    [Fact]
    public void Evaluate_OfUnusableInput_Teaches()
    {
        LabelledFeatures set = Clusters(8, seed: 1, noise: 1);

        Should.Throw<ArgumentException>(() => LinearProbe.Evaluate(new LabelledFeatures([1], [0]), new LabelledFeatures([1], [0])));
        Should.Throw<ArgumentException>(() => LinearProbe.Evaluate(set, new LabelledFeatures([1, 2], [0])));
        Should.Throw<ArgumentException>(() => LinearProbe.Evaluate(set, set, new LinearProbeSettings { Iterations = 0 })).Message.ShouldContain("Iterations = 0");
        Should.Throw<ArgumentException>(() => LinearProbe.Evaluate(set, set, new LinearProbeSettings { LearningRate = double.NaN }));
        Should.Throw<ArgumentException>(() => LinearProbe.Evaluate(set, set, new LinearProbeSettings { WeightDecays = [] }));
        Should.Throw<ArgumentException>(() => LinearProbe.Evaluate(set, set, new LinearProbeSettings { WeightDecays = [-1] }));
        Should.Throw<ArgumentException>(() => LinearProbe.Evaluate(set, set, new LinearProbeSettings { HoldoutShare = 1 }));
    }

    private static double[] SlowGradient(FeatureColumns samples, float[] parameters, double decay)
    {
        int width = samples.Dimension + 1;
        int classes = parameters.Length / width;
        var gradient = new double[parameters.Length];
        for (int n = 0; n < samples.Count; n++)
        {
            int sample = n;
            double[] x = [.. Enumerable.Range(0, samples.Dimension).Select(d => (double)samples.Column(d, sample, 1)[0]), 1];
            double[] exponentials = [.. Enumerable.Range(0, classes).Select(c => Math.Exp(x.Select((value, d) => value * parameters[(c * width) + d]).Sum()))];
            for (int i = 0; i < gradient.Length; i++)
            {
                double error = (exponentials[i / width] / exponentials.Sum()) - (samples.Classes[n] == i / width ? 1 : 0);
                gradient[i] += error * x[i % width] / samples.Count;
            }
        }

        return [.. gradient.Select((value, i) => value + (i % width == width - 1 ? 0 : decay * parameters[i]))];
    }

    private static LabelledFeatures Clusters(int count, int seed, double noise)
    {
        var random = new Random(seed);
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % 4)];
        float[] values = [.. Enumerable.Range(0, count * 6).Select(i => (float)((i % 6 == labels[i / 6] ? 2 : 0) + (noise * (random.NextDouble() + random.NextDouble() - 1))))];
        return new LabelledFeatures(values, labels);
    }

    private static LabelledFeatures Noise(int count, int seed)
    {
        var random = new Random(seed);
        return new LabelledFeatures([.. Enumerable.Range(0, count * 6).Select(_ => (float)random.NextDouble())], [.. Enumerable.Range(0, count).Select(_ => random.Next(4))]);
    }

    private static LabelledFeatures Moved(LabelledFeatures set) => new([.. set.Values.Select(value => (value * 1e-4f) + 3)], set.Labels);
}
