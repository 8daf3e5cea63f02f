using StreamingContrastive.Learning.Objectives.AdaptiveWeights;
using StreamingContrastive.Learning.Objectives.Clusters;
using StreamingContrastive.Learning.Objectives.Losses;
using StreamingContrastive.Learning.Objectives.Plans;
using StreamingContrastive.Learning.Objectives.Policies;
using StreamingContrastive.Learning.Objectives.Positives;

namespace StreamingContrastive.Learning.Objectives;

/// <summary>A part of an objective with the key that named it.</summary>
internal readonly record struct Named<T>(string Key, T Part);

/// <summary>The parts that an objective section names, in the order in which they act. Building them touches no tensor.</summary>
internal static class ObjectiveParts
{
    private const string Section = ObjectiveOptions.SectionName;

    public static ILoss Loss(ObjectiveOptions o) => o.Loss switch
    {
        LossKind.InfoNce or LossKind.NtXent => new InfoNceLoss(o.Temperature),
        LossKind.Dcl => new DclLoss(o.Temperature, o.Dcl is { WeightSigma: > 0 } dcl ? dcl.WeightSigma : null),
        LossKind.SupCon => new SupConLoss(o.Temperature, o.SupCon is { BaseTemperature: > 0 } supCon ? supCon.BaseTemperature : null),
        LossKind.Debiased => new DebiasedLoss(o.Temperature, (o.Debiased ?? new()).PositivePrior, hardness: 0),
        LossKind.Hcl => new DebiasedLoss(o.Temperature, (o.Hcl ?? new()).PositivePrior, (o.Hcl ?? new()).Hardness),
        LossKind.Clip => new ClipLoss((o.Clip ?? new()).Scale),
        LossKind.SigLip => new SigLipLoss((o.SigLip ?? new()).Scale, (o.SigLip ?? new()).Bias),
        _ => throw new ArgumentOutOfRangeException(nameof(o), o.Loss, $"objective.loss must be one of {string.Join(", ", Enum.GetNames<LossKind>())}."),
    };

    public static IPlan Plan(ObjectiveOptions o) => o.Plan switch
    {
        PlanKind.TwoViews => new TwoViewPlan(o.Negatives),
        PlanKind.Symmetric => new SymmetricPlan(o.Negatives),
        PlanKind.InBatch => new InBatchPlan(withQueue: o.Negatives == NegativeSource.Both),
        PlanKind.CrossModal when o.Loss is LossKind.Clip or LossKind.SigLip => new CrossModalBatchPlan(withQueue: o.Negatives == NegativeSource.Both, Within(o)),
        PlanKind.CrossModal => new CrossModalPlan(o.Negatives, Within(o)),
        _ => throw new ArgumentOutOfRangeException(nameof(o), o.Plan, $"objective.plan must be one of {string.Join(", ", Enum.GetNames<PlanKind>())}."),
    };

    private static double Within(ObjectiveOptions o) => (o.CrossModal ?? new()).WithinWeight;

    public static IEnumerable<Named<IPositiveRule>> Positives(ObjectiveOptions o)
    {
        if (!o.Positives.OwnView)
        {
            yield return new($"{Section}:positives:ownView", new WithoutOwnView());
        }

        if (o.Positives.SameLabel)
        {
            yield return new($"{Section}:positives:sameLabel", new SameLabelPositives());
        }

        if (o.Positives.SameKey is { } sameKey)
        {
            yield return new($"{Section}:positives:sameKey", new SameKeyPositives((long)sameKey.Window.TotalMilliseconds));
        }
    }

    /// <summary>The policies in stage order; within a stage in the order of this list.</summary>
    /// <param name="o">The options.</param>
    /// <param name="seed">Seed of their draws.</param>
    /// <param name="learned">What some of them read; null only to describe and to compare what they need.</param>
    public static IEnumerable<Named<IPolicy>> Policies(ObjectiveOptions o, ulong seed, LearnedParts? learned = null) =>
        ((IEnumerable<(string Key, IPolicy? Policy)>)[
            ("maskSameRecord", o.MaskSameRecord ? new SameRecordMask() : null),
            ("maskSameInput", o.MaskSameInput ? new SameInputMask() : null),
            ("policies:hardNegatives:alone", o.Policies.HardNegatives is { Alone: true } ? new OwnNegativesOnly() : null),
            ("policies:ageLimit", o.Policies.AgeLimit is { } limit ? new AgeLimit(limit.Steps, (long)limit.EventTime.TotalMilliseconds) : null),
            ("policies:falseNegatives", o.Policies.FalseNegatives is { } f ? new FalseNegatives(f.Mode, f.Threshold, f.Top, f.QueuedSupport) : null),
            ("policies:clusters", o.Policies.Clusters is { SameCluster: SameClusterMode.Mask } ? new SameCluster(learned?.Clusters, rho: null) : null),
            ("policies:ring", o.Policies.Ring is { } ring ? new RingBand(ring.Lower, ring.AnnealSteps > 0 ? ring.LowerEnd : ring.Lower, ring.Upper, ring.AnnealSteps) : null),
            ("policies:semiHard", o.Policies.SemiHard is { } semiHard ? new SemiHard(semiHard.Margin) : null),
            ("policies:hardest", o.Policies.Hardest is { } hardest ? new HardestOnly(hardest.Count) : null),
            ("policies:clusters", o.Policies.Clusters is { Nearest: > 0 } near ? new NearestClusters(learned?.Clusters, near.Nearest) : null),
            ("policies:ageDecay", o.Policies.AgeDecay is { } decay ? new AgeDecay(decay.HalfLifeSteps) : null),
            ("policies:hardNegatives:logWeight", o.Policies.HardNegatives is { LogWeight: > 0 and var alpha } ? new HardNegativeWeight(alpha) : null),
            ("policies:clusters", o.Policies.Clusters is { SameCluster: SameClusterMode.Weight } soft ? new SameCluster(learned?.Clusters, soft.SameClusterWeight) : null),
            ("policies:adaptiveWeights", o.Policies.AdaptiveWeights is { } weights ? new MatchWeighting(learned?.Estimator, weights, o.Temperature) : null),
            ("policies:eqCo", o.Policies.EqCo is { } eqCo ? new EqCo(eqCo.Target) : null),
            ("policies:clusters", o.Policies.Clusters is { HardNegative: true } hard ? new SecondNearest(learned?.Clusters, hard.HardNegativeLogWeight) : null),
            ("policies:moChi", o.Policies.MoChi is { } m ? new MoChi(new MoChiPlan(m.Hardest, m.Mixed, m.MixedWithQuery, m.StartStep), seed) : null),
        ])
        .Where(p => p.Policy is not null)
        .Select(p => new Named<IPolicy>($"{Section}:{p.Key}", p.Policy!))
        .OrderBy(p => p.Part.Stage); // stable: the list's order within a stage

    /// <summary>Terms of the loss beside it.</summary>
    public static IEnumerable<Named<ILossTerm>> Terms(ObjectiveOptions o, LearnedParts? learned = null)
    {
        if (o.Policies.Clusters is { MarginWeight: > 0 } clusters)
        {
            yield return new($"{Section}:policies:clusters", new BidirectionalMargin(learned?.Clusters, clusters.MarginWeight, clusters.MarginLeast, clusters.MarginMost));
        }
    }
}
