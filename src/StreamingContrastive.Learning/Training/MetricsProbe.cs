using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Losses;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>Reads a step's measures back from the device. Costs host copies, so it runs only at the metrics interval.</summary>
internal static class MetricsProbe
{
    /// <summary>What the trainer itself knows of the step.</summary>
    internal readonly record struct StepFacts(double GradientNorm, double UpdateNorm, double LearningRate, double Momentum, int QueueFilled, QueueAges Ages, RemovedNegatives Removed, LossScale? Scale);

    public static StepMetrics Measure(ObjectiveResult result, Encoded encoded, StepFacts facts, LearnedMeasures learned)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var directions = result.Directions.Select(d => DirectionProbe.Measure(d.Direction, d.Rows)).ToArray();
        var spread = encoded.Parts.Where(p => p.PresentRows is not { } rows || rows.shape[0] > 0).Select(Spread).DefaultIfEmpty((Uniformity: 0, Std: 0)).ToArray();
        var removed = facts.Removed;
        return new StepMetrics(
            Value(result.Loss) / result.Directions.Sum(d => d.Direction.Weight),
            directions.Average(d => d.Accuracy),
            directions.Average(d => d.Positive),
            directions.Average(d => d.Hardest),
            facts.GradientNorm,
            facts.UpdateNorm,
            facts.LearningRate,
            facts.QueueFilled,
            facts.Ages.Mean,
            Alignment(encoded, directions),
            spread.Max(s => s.Uniformity),
            spread.Min(s => s.Std),
            directions.Sum(d => d.Invalid),
            directions.Average(d => d.Negative))
        {
            EffectiveNegatives = directions.Average(d => d.Effective),
            EffectiveNegativesKish = directions.Average(d => d.EffectiveKish),
            ClampedShare = directions.Average(d => d.Clamped),
            PositivesPerRow = directions.Average(d => d.Positives),
            QueueAgeP50Steps = facts.Ages.Median,
            QueueAgeP95Steps = facts.Ages.P95,
            Momentum = facts.Momentum,
            Clusters = learned.Clusters,
            Estimator = learned.Estimator,
            LossScale = facts.Scale?.Scale,
            LossBias = facts.Scale?.Bias,
            MissingParts = encoded.Parts.Sum(p => p.PresentRows is { } rows ? (int)(encoded.Rows.Count - rows.shape[0]) : 0),
            RemovedNegatives = removed.Removed / removed.Anchors,
            RemovedSameLabelShare = Share(removed.RemovedSameLabel, removed.RemovedLabelled),
            OfferedSameLabelShare = Share(removed.OfferedSameLabel, removed.OfferedLabelled),
        };
    }

    /// <summary>L2 norm of a flat tensor.</summary>
    public static double Norm(Tensor flat)
    {
        using var scope = NewDisposeScope();
        return Value(flat.dot(flat).sqrt());
    }

    // With one part the distance of its views; with several that of the pairs which the directions contrast, |x - y|^2 = 2 - 2 x.y.
    private static double Alignment(Encoded encoded, DirectionMeasures[] directions)
    {
        if (encoded.Parts is [var part])
        {
            return Value((Rows(part, part.Query) - Rows(part, part.Key)).square().sum(1).mean());
        }

        return 2 - (2 * directions.Average(d => d.Positive));
    }

    private static (double Uniformity, double Std) Spread(EncodedPart part) =>
        (Uniformity(Rows(part, part.Key)), Value(Rows(part, part.Query).std([0], unbiased: false).mean()));

    private static Tensor Rows(EncodedPart part, Tensor all) => part.PresentRows is { } rows ? all.index_select(0, rows) : all;

    // Rows are unit, so |x - y|^2 = 2 - 2 x.y; every potential lies in [e^-8, 1], so no log-sum-exp is needed. The diagonal is 1 each.
    private static double Uniformity(Tensor keys)
    {
        var n = (double)keys.shape[0];
        if (n < 2)
        {
            return 0;
        }

        var potentials = keys.matmul(keys.t()).mul_(4).sub_(4).exp_().sum();
        return Math.Log((Value(potentials) - n) / (n * (n - 1)));
    }

    private static double? Share(double part, double whole) => whole > 0 ? part / whole : null;

    internal static double Value(Tensor scalar)
    {
        using var host = scalar.to(ScalarType.Float64).cpu();
        return host.item<double>();
    }
}
