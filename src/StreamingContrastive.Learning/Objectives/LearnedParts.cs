using StreamingContrastive.Learning.Objectives.AdaptiveWeights;
using StreamingContrastive.Learning.Objectives.Clusters;

namespace StreamingContrastive.Learning.Objectives;

/// <summary>The learned parts that an objective names, which several policies share.</summary>
/// <param name="Clusters">Clusters; null where none are named.</param>
/// <param name="Estimator">The estimator of matches; null where none is named.</param>
internal sealed record LearnedParts(ClusterGuide? Clusters, MatchEstimator? Estimator)
{
    /// <summary>All there are, in the order of the checkpoint.</summary>
    public IEnumerable<ILearned> All => ((IEnumerable<ILearned?>)[Clusters, Estimator]).OfType<ILearned>();

    /// <summary>Makes them, with their tensors.</summary>
    /// <exception cref="ArgumentNullException">Some are named, but there is no setting.</exception>
    public static LearnedParts Of(ObjectiveOptions options, LearnedSetting? setting)
    {
        LearnedSetting Setting() => setting ?? throw new ArgumentNullException(nameof(setting), "An objective with learned parts needs to know the keys that they learn from.");
        return new LearnedParts(
            options.Policies.Clusters is { } clusters ? new ClusterGuide(clusters, Setting()) : null,
            options.Policies.AdaptiveWeights is { } weights ? new MatchEstimator(weights, Setting()) : null);
    }
}
