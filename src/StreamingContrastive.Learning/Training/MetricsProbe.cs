using StreamingContrastive.Learning.Objectives;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>Reads a step's measures back from the device. Costs host copies, so it runs only at the metrics interval.</summary>
internal static class MetricsProbe
{
    /// <summary>What the trainer itself knows of the step.</summary>
    internal readonly record struct StepFacts(double GradientNorm, double UpdateNorm, double LearningRate, int QueueFilled, double QueueMeanAgeSteps);

    public static StepMetrics Measure(ObjectiveResult result, Encoded encoded, StepFacts facts)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var (direction, rows) = result.Directions[0];
        var positive = direction.PositiveBlock.Cosine.mean([1]);
        var (accuracy, hardest, invalid, negative) = AgainstNegatives(direction, rows, positive);
        return new StepMetrics(
            Value(result.Loss),
            accuracy,
            Value(positive.mean()),
            hardest,
            facts.GradientNorm,
            facts.UpdateNorm,
            facts.LearningRate,
            facts.QueueFilled,
            facts.QueueMeanAgeSteps,
            Value((encoded.Query - encoded.Key).square().sum(1).mean()),
            Uniformity(encoded.Key),
            Value(encoded.Query.std([0], unbiased: false).mean()),
            invalid,
            negative);
    }

    /// <summary>Mean age of the queue's keys in steps; 0 for an empty queue.</summary>
    public static double MeanAge(ItemMeta queued, long step) =>
        queued.Count == 0 ? 0 : step - Value(queued[MetaField.Step].to(ScalarType.Float64).mean());

    /// <summary>L2 norm of a flat tensor.</summary>
    public static double Norm(Tensor flat)
    {
        using var scope = NewDisposeScope();
        return Value(flat.dot(flat).sqrt());
    }

    private static (double Accuracy, double Hardest, int Invalid, double Mean) AgainstNegatives(Direction direction, LossRows rows, Tensor positive)
    {
        var count = positive.shape[0];
        var invalid = rows.Valid is null ? 0 : (int)(count - rows.Valid.sum().cpu().item<long>());
        var blocks = direction.NegativeBlocks.ToArray();
        if (blocks.Length == 0 || invalid == count)
        {
            return (0, 0, invalid, 0);
        }

        // A removed candidate has cosine + -inf, so it is never the hardest; invalid rows leave both means.
        var hardest = stack(blocks.Select(b => Unremoved(b).amax(1)), 1).amax(1); // [R]
        var valid = rows.Valid ?? ones_like(positive, ScalarType.Bool);
        var wins = positive.ge(hardest).logical_and(valid).sum().to(ScalarType.Float64);
        var divisor = count - invalid;
        return (Value(wins) / divisor, Value(hardest.masked_fill(valid.logical_not(), 0).sum()) / divisor, invalid, MeanNegative(blocks));
    }

    // A block without weights has no candidate removed.
    private static double MeanNegative(CandidateBlock[] blocks)
    {
        var (sum, count) = (0.0, 0.0);
        foreach (var block in blocks)
        {
            var removed = block.LogWeight?.isneginf();
            sum += Value((removed is null ? block.Cosine : block.Cosine.masked_fill(removed, 0)).sum());
            count += block.Cosine.numel() - (removed is null ? 0 : Value(removed.sum()));
        }

        return count == 0 ? 0 : sum / count;
    }

    private static Tensor Unremoved(CandidateBlock block) =>
        block.LogWeight is { } w ? block.Cosine.masked_fill(w.isneginf(), double.NegativeInfinity) : block.Cosine;

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

    private static double Value(Tensor scalar)
    {
        using var host = scalar.to(ScalarType.Float64).cpu();
        return host.item<double>();
    }
}
