using System.Globalization;
using System.Text.Json.Nodes;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Host.Evaluation.Texts;

/// <summary>What an evaluation of texts does for every seed.</summary>
/// <param name="Options">The pipeline of one text part: tokens, views, encoder, objective, training.</param>
/// <param name="Sets">The texts.</param>
/// <param name="Steps">Optimizer steps of every trained row.</param>
internal sealed record TextsPlan(PipelineOptions Options, TextSets Sets, long Steps)
{
    /// <summary>Passes over the texts where no steps are named.</summary>
    public const int DefaultPasses = 8;

    // Labels say much more than masks and dropout do: a softer softmax, longer steps and whole texts. Chosen on a holdout of the training texts.
    private const double SupConTemperature = 0.1;
    private const double SupConRate = 0.003;
    private const double SupConMask = 0.1;

    /// <summary>The pipeline whose views a row sees.</summary>
    public PipelineOptions Views(EvaluationPart row)
    {
        var part = Options.Input.Parts[0];
        return row != EvaluationPart.SupCon ? Options
            : Options with { Input = Options.Input with { Parts = [part with { Text = part.Text with { MaskProbability = Math.Min(part.Text.MaskProbability, SupConMask) } }] } };
    }

    /// <summary>The trainer's configuration of a row. Beside objective, rate and masking, supCon takes what the pipeline file says.</summary>
    public TrainerConfiguration Trainer(EvaluationPart row, ulong seed)
    {
        var (objective, training) = row == EvaluationPart.SupCon
            ? (new ObjectiveOptions
            {
                Loss = LossKind.SupCon,
                Temperature = SupConTemperature,
                Negatives = Options.Objective.Negatives,
                QueueCapacityRows = Options.Objective.QueueCapacityRows,
                Positives = new PositiveOptions { SameLabel = true },
            }, Options.Training with { LearningRate = SupConRate })
            : (Options.Objective, Options.Training);
        return new TrainerConfiguration(new InputGeometry(0, 0, 0), Options.Encoder, objective, training, seed, PublishProjection: false)
        {
            Rows = Options.Input.Layout,
            Encoders = [Options.Input.Parts[0].Encoder ?? Options.Encoder],
        };
    }

    /// <summary>What exactly is measured.</summary>
    public JsonObject Definition(EvaluationSplit split)
    {
        var options = JsonNode.Parse(EffectiveConfiguration.ToJson(Options))!.AsObject();
        return new JsonObject
        {
            ["pipeline"] = Options.Name,
            ["split"] = ValueFormat.Format(split),
            ["learn"] = string.Create(CultureInfo.InvariantCulture, $"{Sets.Learn.Count} texts: {Sets.Learn.Name}"),
            ["queries"] = string.Create(CultureInfo.InvariantCulture, $"{Sets.Queries.Count} texts: {Sets.Queries.Name}"),
            ["textsSha256"] = Sets.ContentHash(),
            ["features"] = "backbone of the frozen key encoder, whole text, no dropout, L2-normalised; tfIdf: words, L2-normalised",
            ["knn20"] = "k 20, T 0.07, cosine, votes exp(s / T), bank: the texts to learn from",
            ["stepsOfTrainedRows"] = Steps,
            ["supCon"] = FormattableString.Invariant($"positives of the same label, temperature {SupConTemperature}, rate {SupConRate}, at most {SupConMask} of the words masked, else as below"),
            ["recipe"] = new JsonObject(((string[])["input", "encoder", "training", "objective"]).Select(s => KeyValuePair.Create(s, options[s]?.DeepClone()))),
        };
    }
}
