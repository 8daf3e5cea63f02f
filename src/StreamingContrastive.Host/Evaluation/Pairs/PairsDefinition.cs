using System.Globalization;
using System.Text.Json.Nodes;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Learning.Evaluation;

namespace StreamingContrastive.Host.Evaluation.Pairs;

/// <summary>What exactly was measured: everything that a figure hangs on but the row and the seed.</summary>
internal static class PairsDefinition
{
    private static readonly string[] Sections = ["augmentation", "encoder", "training", "objective"];

    /// <summary>The definition as it stands in the report.</summary>
    public static JsonObject Of(PairsPlan plan, EvaluationSplit split)
    {
        var options = JsonNode.Parse(EffectiveConfiguration.ToJson(plan.Options))!.AsObject();
        var recipe = new JsonObject(Sections.Select(s => KeyValuePair.Create(s, options[s]?.DeepClone())))
        {
            ["parts"] = options["input"]?["parts"]?.DeepClone(),
        };
        return new JsonObject
        {
            ["pipeline"] = plan.Options.Name,
            ["split"] = ValueFormat.Format(split),
            ["learnedFrom"] = Count(plan.Sets.Learn.Count, split == EvaluationSplit.Test ? "fifths 1 to 4 of the index's hash" : "fifths 2 to 4 of the index's hash"),
            ["askedAbout"] = Count(plan.Sets.Ask.Count, split == EvaluationSplit.Test ? "fifth 0, held out for good" : "fifth 1, to choose a recipe on"),
            ["recordsSha256"] = plan.Sets.ContentHash(),
            ["vectors"] = "projection of the key encoder, clean view, running statistics, L2-normalised; raw: pixels, L2-normalised; rawCentred: less the mean of their part over the emoji learned from",
            ["retrieval"] = "each part of an emoji asked about looks for the same emoji's other part among those of all asked about, by cosine, ties in the order of the index; only the own emoji is right",
            ["intervals"] = string.Create(CultureInfo.InvariantCulture, $"95 %, paired percentile bootstrap of {PairedBootstrap.Resamples} draws over seeds and queries, against plain"),
            ["edits"] = plan.HasText ? $"of those asked about {plan.Sets.Edits.Description}; a picture is right if its own text is nearer than all of its edits; {EditQuestions.Blind}: the same of the mean of these pictures, which says what the texts alone give away" : null,
            ["editsOfTheRowEdits"] = plan.HasText ? string.Create(CultureInfo.InvariantCulture, $"at most {plan.Edits(EvaluationPart.Edits)} a record; of those learned from {EditQuestions.Of([.. plan.Sets.Learn.Select(i => plan.Sets.Data.Pairs[i].Text)]).Description}; log weight {plan.Trainer(EvaluationPart.Edits, 0).Objective.Policies.HardNegatives!.LogWeight}") : null,
            ["clusters"] = "at the end of each quarter of the training: purity of the queue's keys against the category, the same for shuffled categories, clusters that hold no key, parts whose gate is open",
            ["policiesOfTheRows"] = Policies(plan)?.DeepClone(),
            ["stepsOfTrainedRows"] = plan.Steps,
            ["recipe"] = recipe,
        };
    }

    private static JsonNode? Policies(PairsPlan plan) =>
        JsonNode.Parse(EffectiveConfiguration.ToJson(plan.Options with { Objective = plan.Trainer(EvaluationPart.Both, seed: 0).Objective }))!["objective"]?["policies"];

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} emoji: {what}");
}
