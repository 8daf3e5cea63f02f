using System.Globalization;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Host.Evaluation.Pairs;

/// <summary>What clusters and estimator are like on the way: figures whose names end in the quarter of the training, 1 to 4.</summary>
internal static class PolicyWatch
{
    /// <summary>Looks, each at the end of so many equal parts of the training.</summary>
    public const int Looks = 4;

    /// <summary>Names of these figures begin with one of these.</summary>
    public static IReadOnlyList<string> Prefixes { get; } = ["clusters", "estimator"];

    /// <summary>The quarter that ends with a step, 1 to 4; 0 for other steps.</summary>
    public static int LookAfter(long step, long steps) => step * Looks / steps is var look && look != (step - 1) * Looks / steps ? (int)look : 0;

    /// <summary>The figures of a look; none without the policies.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Figures(StepMetrics metrics, int look)
    {
        if (metrics.Clusters is { } clusters)
        {
            yield return Figure("clustersOpen", clusters.OpenParts, look);
            yield return Figure("clustersDead", clusters.Dead, look);
            if (clusters is { Purity: { } purity, ChancePurity: { } chance })
            {
                yield return Figure("clustersPurity", purity, look);
                yield return Figure("clustersChancePurity", chance, look);
            }
        }

        if (metrics.Estimator is { } estimator)
        {
            yield return Figure("estimatorTrusted", estimator.IsTrusted ? 1 : 0, look);
            if (estimator is { LabelAuc: { } auc, LabelCosineAuc: { } cosine })
            {
                yield return Figure("estimatorLabelAuc", auc, look);
                yield return Figure("estimatorLabelCosineAuc", cosine, look);
            }
        }
    }

    private static KeyValuePair<string, double> Figure(string name, double value, int look) =>
        KeyValuePair.Create(string.Create(CultureInfo.InvariantCulture, $"{name}{look}"), value);
}
