using System.Globalization;
using System.Text.Json.Nodes;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Learning.Evaluation;

namespace StreamingContrastive.Host.Evaluation;

/// <summary>
/// What exactly was measured: everything that a figure hangs on but the row and the seed. Two reports with the same definition may be put
/// side by side, and a report is only gone on with under its own.
/// </summary>
internal static class EvaluationDefinition
{
    private static readonly string[] Sections = ["augmentation", "encoder", "training", "objective"];

    /// <summary>The definition as it stands in the report.</summary>
    public static JsonObject Of(EvaluationPlan plan, EvaluationSplit split)
    {
        var (sets, probe) = (plan.Sets, new LinearProbeSettings());
        var options = JsonNode.Parse(EffectiveConfiguration.ToJson(plan.Options))!.AsObject();
        var recipe = new JsonObject(Sections.Select(s => KeyValuePair.Create(s, options[s]?.DeepClone())));
        return new JsonObject
        {
            ["pipeline"] = plan.Options.Name,
            ["split"] = ValueFormat.Format(split),
            ["train"] = Set(sets.Train.Name, sets.Train.Count),
            ["bank"] = Set(sets.Bank.Name, sets.Bank.Count),
            ["queries"] = Set(sets.Queries.Name, sets.Queries.Count),
            ["picturesSha256"] = sets.ContentHash(),
            ["features"] = "backbone of the frozen encoder (key encoder where there is one), clean view, running statistics, L2-normalised; raw: pixels, L2-normalised",
            ["knn"] = new JsonObject
            {
                [EvaluationNames.Knn20] = "k 20, T 0.07, cosine, votes exp(s / T), bank above",
                [EvaluationNames.Knn200] = "k 200, T 0.1, cosine, votes exp(s / T), bank above",
                [EvaluationNames.Knn10] = "k 10, equal votes, cosine, bank above",
            },
            ["probe"] = new JsonObject
            {
                ["model"] = "multinomial logistic regression on features standardised by its training rows, full-batch Adam, rate falling along half a cosine",
                ["iterations"] = probe.Iterations,
                ["learningRate"] = probe.LearningRate,
                ["weightDecays"] = new JsonArray([.. probe.WeightDecays.Select(d => (JsonNode)d)]),
                ["chosenOn"] = string.Create(CultureInfo.InvariantCulture, $"a holdout of {probe.HoldoutShare:0.##} of its own training rows, then fitted again on all of them"),
                [EvaluationNames.Linear] = "trained on the bank",
                [EvaluationNames.Linear10] = "trained on 10 % of the training pictures, class-balanced, drawn with the seed",
                [EvaluationNames.Linear1] = "trained on 1 % of the training pictures, class-balanced, drawn with the seed",
            },
            [EvaluationNames.Classifier] = "the linear classifier that cross-entropy trained together with the encoder, on the queries",
            [EvaluationNames.Removed] = "negatives that policies took from an anchor, mean over every 20th step of the second half",
            [EvaluationNames.RemovedSameLabel] = "share of those that are of the anchor's class",
            [EvaluationNames.OfferedSameLabel] = "the same share among all negatives: what chance would reach",
            [EvaluationNames.EstimatorAuc] = "area under the ROC curve of the estimator's match probability for \"same class\" over 50,000 random pairs of the queries, clean views, key encoder's projections",
            [EvaluationNames.ProjectionAuc] = "the same of the cosine of the projections",
            [EvaluationNames.BackboneAuc] = "the same of the cosine of the backbone's features",
            [EvaluationNames.PixelAuc] = "the same of the cosine of the pixels",
            [EvaluationNames.EstimatorError] = "expected calibration error of that probability, 15 bins",
            [EvaluationNames.EstimatorTrusted] = "whether its weights were in use at the end: 1 or 0",
            ["stepsOfTrainedRows"] = plan.Steps,
            ["picturesOfTrainedRows"] = plan.Learn.Count,
            ["repeatShareOfStreamedRow"] = plan.RepeatShare,
            ["labelShareInTraining"] = plan.LabelShare,
            ["recipe"] = recipe,
        };
    }

    /// <summary>Names of what two definitions differ in.</summary>
    public static IEnumerable<string> Differences(JsonObject found, JsonObject wanted, string prefix = "")
    {
        foreach (var name in found.Select(p => p.Key).Union(wanted.Select(p => p.Key)))
        {
            var (a, b) = (found[name], wanted[name]);
            if (a is JsonObject left && b is JsonObject right)
            {
                foreach (var inner in Differences(left, right, $"{prefix}{name}:"))
                {
                    yield return inner;
                }
            }
            else if (a?.ToJsonString() != b?.ToJsonString())
            {
                yield return $"{prefix}{name} ({a?.ToJsonString() ?? "absent"} there, {b?.ToJsonString() ?? "absent"} here)";
            }
        }
    }

    private static string Set(string name, int count) => string.Create(CultureInfo.InvariantCulture, $"{count} pictures: {name}");
}
