using System.Globalization;
using System.Text.Json;
using StreamingContrastive.Learning.Objectives.Losses;
using StreamingContrastive.Learning.Objectives.Plans;

namespace StreamingContrastive.Learning.Objectives;

/// <summary>The composed objective as text, from the parts themselves: plan, positives, negatives, policies in the order in which they act, loss.</summary>
public static class ObjectiveDescription
{
    /// <summary>One entry a line, a title of at most ten letters and what there is to say.</summary>
    /// <exception cref="ArgumentException">The objective mixes what cannot be mixed.</exception>
    public static IEnumerable<(string Title, string Text)> Of(ObjectiveOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        yield return ("objective", $"{Name(options.Loss)}, {(options.Loss is LossKind.Clip or LossKind.SigLip ? "learned scale" : $"temperature {Number(options.Temperature)}")}{Values(options)}");
        if (options.Plan != PlanKind.TwoViews)
        {
            yield return ("plan", Plan(options));
        }

        var positives = ObjectiveParts.Positives(options).ToArray();
        if (positives.Length > 0)
        {
            yield return ("positives", string.Join(", ", ((string[])[options.Positives.OwnView ? "own other view" : "no own view", .. positives.Where(p => p.Key != "objective:positives:ownView").Select(p => p.Part.Description)])));
        }

        var policies = ObjectiveParts.Policies(options, 0).Select(p => p.Part).ToArray();
        yield return ("negatives", $"{Source(options)}; masked: {string.Join(", ", Masks(options, policies))}");
        foreach (var policy in policies.Where(p => p.Stage != Stage.Mask))
        {
            yield return (Title(policy.Stage), policy.Description);
        }

        foreach (var term in ObjectiveParts.Terms(options))
        {
            yield return ("loss term", term.Part.Description);
        }

        if (options.Policies.Clusters is { } clusters)
        {
            yield return ("clusters", FormattableString.Invariant(
                $"{clusters.Count} of each part's keys, once their mean cosine is at most {clusters.StartCosine:0.###}; anew after {clusters.ReseedAfterSteps} batches without a key; queue assigned again after a drift of {clusters.Drift:0.###}"));
        }

        if (options.Policies.AdaptiveWeights is { } weights)
        {
            yield return ("estimator", FormattableString.Invariant(
                $"network of {weights.Hidden} hidden units, positive prior {weights.PositivePrior:0.######}, Adam {weights.LearningRate:0.######}; judged every {weights.WindowSteps} steps on held-out keys that came again, weights 1 after {weights.PatienceWindows} windows without an advantage"));
        }

        if (options.Policies.Refresh is { } refresh)
        {
            yield return ("refresh", $"the {refresh.RowsPerStep} oldest keys are encoded again in every step");
        }
    }

    private static IEnumerable<string> Masks(ObjectiveOptions o, IPolicy[] policies)
    {
        if (o.Negatives != NegativeSource.Batch)
        {
            yield return "rows not yet filled";
        }

        if (o.Negatives != NegativeSource.Queue)
        {
            yield return "own views";
        }

        foreach (var mask in policies.Where(p => p.Stage == Stage.Mask))
        {
            yield return mask.Description;
        }
    }

    private static string Source(ObjectiveOptions o) => o.Negatives switch
    {
        NegativeSource.Queue => $"ring queue of {o.QueueCapacityRows} keys{APart(o)}",
        NegativeSource.Batch => "the other records of the batch",
        _ => $"ring queue of {o.QueueCapacityRows} keys{APart(o)} and the other records of the batch",
    };

    private static string APart(ObjectiveOptions o) => o.Plan == PlanKind.CrossModal ? " a part" : "";

    private static string Plan(ObjectiveOptions o) => o.Plan switch
    {
        PlanKind.CrossModal => $"cross-modal: the {(o.Loss is LossKind.Clip or LossKind.SigLip ? "vectors of one part against those of the other, both ways, gradient on both sides" : "queries of one part against the keys of the other, both ways, keys remembered after both")}{(o.CrossModal is { WithinWeight: > 0 and var within } ? $"; each part's two views with weight {Number(within)}" : "")}",
        PlanKind.Symmetric => "symmetric: query view against key view and key view against query view, keys remembered after both",
        _ => "in batch: all views of the query encoder against each other, gradient on both sides",
    };

    private static string Values(ObjectiveOptions o) => o.Loss switch
    {
        LossKind.Dcl when o.Dcl is { WeightSigma: > 0 } dcl => $", positives weighted with sigma {Number(dcl.WeightSigma)}",
        LossKind.SupCon when o.SupCon is { BaseTemperature: > 0 } supCon => $", base temperature {Number(supCon.BaseTemperature)}",
        LossKind.Debiased => $", positive prior {Number((o.Debiased ?? new()).PositivePrior)}",
        LossKind.Clip => $" from {Number((o.Clip ?? new()).Scale)}, at most {Number(LogitScale.Ceiling)}",
        LossKind.SigLip => $" from {Number((o.SigLip ?? new()).Scale)}, at most {Number(LogitScale.Ceiling)}, learned bias from {Number((o.SigLip ?? new()).Bias)}",
        LossKind.Hcl => $", positive prior {Number((o.Hcl ?? new()).PositivePrior)}, hardness {Number((o.Hcl ?? new()).Hardness)}",
        _ => "",
    };

    private static string Title(Stage stage) => stage switch
    {
        Stage.FalseNegative => "false neg.",
        Stage.Select => "selects",
        Stage.Weight => "weights",
        _ => "mixes",
    };

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Name(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
