using System.Text.Json;
using StreamingContrastive.Learning.Objectives.Clusters;
using StreamingContrastive.Learning.Objectives.Plans;

namespace StreamingContrastive.Learning.Objectives;

/// <summary>A rule between values of the objective section.</summary>
/// <param name="Keys">The keys it looks at, sections joined by colons; the first one is named as the wrong one.</param>
/// <param name="Check">The sentence that says what cannot be and what to change, or null.</param>
public sealed record ObjectiveRule(IReadOnlyList<string> Keys, Func<ObjectiveOptions, string?> Check);

/// <summary>What an objective may not mix. The parts declare what they need; these rules compare it with what the rest brings.</summary>
public static class ObjectiveRules
{
    private const string Loss = "objective:loss";
    private const string Plan = "objective:plan";
    private const string Negatives = "objective:negatives";
    private const string Clusters = "objective:policies:clusters";
    private const string Ring = "objective:policies:ring:lower";

    /// <summary>All rules.</summary>
    public static IReadOnlyList<ObjectiveRule> All { get; } =
    [
        new([Ring, "objective:policies:ring:upper", "objective:policies:ring:lowerEnd"], RingRises),
        new([Plan, Negatives], o => o is { Plan: PlanKind.InBatch, Negatives: NegativeSource.Queue }
            ? "objective:plan = inBatch contrasts the views of a batch with each other, but objective:negatives = queue leaves the batch out. Set objective:negatives to batch, or to both for past vectors too."
            : null),
        new([Loss, Plan], o => o is { Loss: LossKind.NtXent, Plan: not PlanKind.InBatch }
            ? $"objective:loss = ntXent contrasts the views of one batch, but objective:plan = {Name(o.Plan)}. Set objective:plan to inBatch and objective:negatives to batch, or objective:loss to infoNce."
            : null),
        new([Loss, Plan, Negatives], o => o.Loss is (LossKind.Clip or LossKind.SigLip) && (o.Plan != PlanKind.CrossModal || o.Negatives == NegativeSource.Queue)
            ? $"objective:loss = {Name(o.Loss)} contrasts the parts of a batch's records, gradient on both sides, but objective:plan = {Name(o.Plan)} and objective:negatives = {Name(o.Negatives)}. Set objective:plan to crossModal and objective:negatives to batch, or to both for past vectors too; or set objective:loss to infoNce."
            : null),
        new([Loss], PairwiseWeighsNothing),
        new(["objective:crossModal", Plan], o => o is { CrossModal: not null, Plan: not PlanKind.CrossModal }
            ? $"objective:crossModal gives values for another plan than objective:plan = {Name(o.Plan)}. Set objective:plan to crossModal, or leave objective:crossModal out."
            : null),
        new([Loss], SinglePositive),
        new([Loss, "objective:positives:sameLabel", "objective:positives:sameKey"], SupConHasPositives),
        new(["objective:positives:ownView"], o => o.Positives is { OwnView: false, SameLabel: false, SameKey: null }
            ? "objective:positives:ownView = false leaves no anchor a positive. Switch objective:positives:sameLabel or objective:positives:sameKey on, or leave ownView true."
            : null),
        new([Negatives], QueueIsThere),
        new([Loss], ValuesOfAnotherLoss),
        new(["objective:policies:ageLimit:steps"], o => o.Policies.AgeLimit is { Steps: 0 } limit && limit.EventTime <= TimeSpan.Zero
            ? "objective:policies:ageLimit has no limit: set objective:policies:ageLimit:steps or objective:policies:ageLimit:eventTime above 0, or leave the policy out."
            : null),
        new([Clusters, "objective:policies:clusters:nearest", "objective:policies:clusters:count", "objective:policies:clusters:marginLeast"], ClustersDoSomething),
        new(["objective:policies:ageLimit:eventTime"], o => Negative("objective:policies:ageLimit:eventTime", o.Policies.AgeLimit?.EventTime)),
        new(["objective:positives:sameKey:window"], o => Negative("objective:positives:sameKey:window", o.Positives.SameKey?.Window)),
    ];

    /// <summary>Everything that is wrong with an objective whose single values are in range.</summary>
    public static IEnumerable<string> Problems(ObjectiveOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var broken = new HashSet<string>();
        foreach (var rule in All.Where(r => !r.Keys.Any(broken.Contains)))
        {
            if (rule.Check(options) is { } problem)
            {
                broken.UnionWith(rule.Keys.Take(1));
                yield return problem;
            }
        }
    }

    /// <summary>A number of parts that the plan cannot contrast; null when all is well.</summary>
    /// <param name="options">The objective.</param>
    /// <param name="parts">Names of the parts of a record.</param>
    public static string? PartsProblem(ObjectiveOptions options, IReadOnlyList<string> parts)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(parts);
        return (options.Plan, parts.Count) switch
        {
            (PlanKind.CrossModal, > 1) => null,
            (PlanKind.CrossModal, _) => "objective:plan = crossModal contrasts the parts of a record with each other, but a record is one part. Name two or more under input:parts, or set objective:plan to twoViews.",
            (_, 1) => null,
            (var plan, var count) => $"objective:plan = {Name(plan)} contrasts the views of one part, but input:parts has {count}: {string.Join(", ", parts)}. Set objective:plan to crossModal, or name one part.",
        };
    }

    // Log-weights over candidates, bands and mixes are of a softmax: a loss that judges each pair alone would ignore or misread them.
    private static string? PairwiseWeighsNothing(ObjectiveOptions o)
    {
        if (!ObjectiveParts.Loss(new ObjectiveOptions { Loss = o.Loss }).Needs.HasFlag(Needs.Pairwise))
        {
            return null;
        }

        var users = Parts(o).Where(p => p.Part.HasFlag(Needs.Softmax)).Select(p => p.Key).ToList();
        if (o.Policies.Ring is not null)
        {
            users.Add("objective:policies:ring");
        }

        return users.Count == 0 ? null
            : $"objective:loss = {Name(o.Loss)} judges every pair alone, but {string.Join(" and ", users)} weigh{(users.Count == 1 ? "s" : "")} candidates against each other. Set objective:loss to clip or infoNce, or leave {(users.Count == 1 ? "it" : "them")} out.";
    }

    private static string? RingRises(ObjectiveOptions o) => o.Policies.Ring is not { } ring ? null
        : ring.Lower >= ring.Upper
            ? FormattableString.Invariant($"objective:policies:ring:lower = {ring.Lower} is not below objective:policies:ring:upper = {ring.Upper}: they are the lower and upper end of a band of percentiles. 0.5 and 0.9 are the defaults.")
        : ring.AnnealSteps > 0 && (ring.LowerEnd < ring.Lower || ring.LowerEnd >= ring.Upper)
            ? FormattableString.Invariant($"objective:policies:ring:lowerEnd = {ring.LowerEnd} must lie from objective:policies:ring:lower = {ring.Lower} to below objective:policies:ring:upper = {ring.Upper}: the lower end only rises. Set annealSteps to 0 to keep it where it is.")
        : null;

    private static string? ClustersDoSomething(ObjectiveOptions o) => o.Policies.Clusters is not { } clusters ? null
        : clusters is { SameCluster: SameClusterMode.Keep, HardNegative: false, Nearest: 0, MarginWeight: 0 }
            ? $"{Clusters} learns clusters that nothing reads: set {Clusters}:sameCluster to mask or weight, {Clusters}:hardNegative to true, {Clusters}:nearest or {Clusters}:marginWeight above 0, or leave the policy out."
        : clusters.Nearest >= clusters.Count
            ? $"{Clusters}:nearest = {clusters.Nearest} is not below {Clusters}:count = {clusters.Count}: all clusters are near then. Set it to 0 for no such limit, or lower it."
        : clusters is { MarginWeight: > 0 } && clusters.MarginLeast > clusters.MarginMost
            ? FormattableString.Invariant($"{Clusters}:marginLeast = {clusters.MarginLeast} is above {Clusters}:marginMost = {clusters.MarginMost}: they are the least and the greatest difference. 0.2 and 0.5 are the defaults.")
        : null;

    private static string? SinglePositive(ObjectiveOptions o)
    {
        // Only what the loss needs is asked here: its values may be out of range, which is said elsewhere.
        var loss = ObjectiveParts.Loss(new ObjectiveOptions { Loss = o.Loss });
        if (!loss.Needs.HasFlag(Needs.SinglePositive))
        {
            return null;
        }

        var makers = Parts(o).Where(p => p.Part.HasFlag(Needs.ManyPositives)).Select(p => p.Key).ToArray();
        return makers.Length == 0 ? null
            : $"objective:loss = {Name(o.Loss)} takes exactly one positive an anchor, the own other view, but {string.Join(" and ", makers)} change{(makers.Length == 1 ? "s" : "")} that. Set objective:loss to supCon, or take {(makers.Length == 1 ? "it" : "them")} back.";
    }

    // SupCon over own views alone is InfoNCE: whoever names it expects more.
    private static string? SupConHasPositives(ObjectiveOptions o) =>
        o.Loss == LossKind.SupCon && !Parts(o).Any(p => p.Part.HasFlag(Needs.ManyPositives))
            ? "objective:loss = supCon has nothing to gather: the own view is the only positive. Switch objective:positives:sameLabel, objective:positives:sameKey or objective:policies:falseNegatives with mode attract on, or set objective:loss to infoNce."
            : null;

    private static string? QueueIsThere(ObjectiveOptions o)
    {
        if (o.Negatives != NegativeSource.Batch)
        {
            return null;
        }

        var users = Parts(o).Where(p => p.Part.HasFlag(Needs.Queue)).Select(p => p.Key).ToList();
        if (o.Policies.Refresh is not null)
        {
            users.Add("objective:policies:refresh");
        }

        return users.Count == 0 ? null
            : $"objective:negatives = batch has no queue, but {string.Join(" and ", users)} act{(users.Count == 1 ? "s" : "")} on queued keys. Set objective:negatives to queue or both, or leave {(users.Count == 1 ? "it" : "them")} out.";
    }

    private static string? ValuesOfAnotherLoss(ObjectiveOptions o)
    {
        (LossKind Loss, object? Values)[] all = [(LossKind.Dcl, o.Dcl), (LossKind.SupCon, o.SupCon), (LossKind.Debiased, o.Debiased), (LossKind.Hcl, o.Hcl), (LossKind.Clip, o.Clip), (LossKind.SigLip, o.SigLip)];
        var other = all.Where(v => v.Values is not null && v.Loss != o.Loss).Select(v => Name(v.Loss)).ToArray();
        return other.Length == 0 ? null
            : $"objective:{other[0]} gives values for another loss than objective:loss = {Name(o.Loss)}. Set objective:loss to {other[0]}, or leave objective:{other[0]} out.";
    }

    // Without the ring, which refuses reversed bounds itself and needs nothing of this.
    private static IEnumerable<Named<Needs>> Parts(ObjectiveOptions o) =>
        ObjectiveParts.Positives(o).Select(p => new Named<Needs>(p.Key, p.Part.Needs))
            .Concat(ObjectiveParts.Policies(o with { Policies = o.Policies with { Ring = null } }, 0).Select(p => new Named<Needs>(p.Key, p.Part.Needs)));

    private static string? Negative(string key, TimeSpan? value) => value < TimeSpan.Zero ? $"{key} must not be below zero; 0s means no limit." : null;

    private static string Name(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
