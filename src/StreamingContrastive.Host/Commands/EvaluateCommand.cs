using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Host.Evaluation;

namespace StreamingContrastive.Host.Commands;

/// <summary><c>evaluate</c>: how good a pipeline's recipe is, beside the baselines that say what that means.</summary>
internal static class EvaluateCommand
{
    /// <summary>The command; <paramref name="runner"/> does the work.</summary>
    public static Command Create(ProgramContext context, IEvaluationRunner runner)
    {
        var command = new TeachingCommand("evaluate", "Measure a pipeline's encoder with nearest neighbours and probes, beside baselines, over seeds.")
        {
            Notes =
            [
                "Rows: raw (pixels), untrained, streamed (one trainer, pictures in order), offline (the same, shuffled epochs), supervised (cross-entropy), estimator (streamed with adaptive weights; give it keys that come again with --repeats), checkpoint (the newest that the pipeline has written).",
                "A pipeline of the emoji's parts retrieves: raw, rawCentred (pixels less the mean of their style), untrained, plain (InfoNCE), clusterGuided, adaptiveWeighting, both, edits (plain, with edits of the text as hard negatives); R@1, R@5 and R@10 of each part among the others', and how often a picture picks its text among edits of it, with intervals against plain.",
                "A pipeline of one text part classifies BANKING77's intents (--data DIR): tfIdf (words, no encoder), untrained, unlabelled (the pipeline's objective), supCon; kNN-20 of the held-out questions among those learned from.",
                "Every trained row takes the same steps, views, optimizer and encoder. No broker is needed.",
                "Choose a recipe with --split train: it asks a holdout of the training pictures, and the test pictures stay unseen.",
                "Each finished row of each seed stands in the report at once; the same command goes on where it was stopped.",
            ],
            Examples =
            [
                "evaluate fashion-mnist --report evaluation.json --steps 100",
                "evaluate fashion-mnist --report evaluation.json --data /usr/share/datasets/fashion-mnist --seeds 1,2,3",
                "evaluate emoji --report emoji.json --seeds 1,2,3",
                "evaluate intents --report intents.json --data banking77 --seeds 1,2,3",
                "evaluate my.json --report t005.json --split train --parts streamed --set objective:temperature=0.05",
                "evaluate fashion-mnist --report repeats.json --parts streamed --pictures 4000 --repeats 0.2 --set objective:maskSameRecord=false",
            ],
        };
        var pipeline = new PipelineSelection(command, required: true, connects: false);
        var report = new Option<string>("--report") { Description = "JSON file to write; finished rows in it are kept.", HelpName = "FILE", Required = true };
        var data = new Option<string?>("--data") { Description = "Folder with the full set (60,000 + 10,000), as Debian's dataset-fashion-mnist installs it. Default: the bundled pictures.", HelpName = "DIR" };
        var parts = Choices();
        var seeds = Seeds();
        var steps = CommonOptions.PositiveCount("--steps", "Optimizer steps of every trained row. Default: one pass over the pictures; 40 over the emoji, 8 over texts.");
        var split = new Option<EvaluationSplit>("--split")
        {
            Description = "test: the test pictures are asked. train: the last fifth (at most 10,000) of the training pictures, which are then not trained on.",
            HelpName = "test|train",
            DefaultValueFactory = _ => EvaluationSplit.Test,
            CustomParser = result => Parse<EvaluationSplit>(result, "--split", Text(result)) ?? default,
        };
        var bank = CommonOptions.PositiveCount("--bank", "Rows of kNN's bank and the linear probe. Default: the first 20,000 training pictures.");
        var labels = Share("--labels", "Share of the training pictures whose labels training may see, above 0 to 1. Default 1.", 0.1);
        var pictures = CommonOptions.PositiveCount("--pictures", "Different pictures that encoders are trained on, the first ones. Default: all. Bank and probes keep theirs.");
        var repeats = Share("--repeats", "Share of the pictures that the streamed row is sent a second time under the same id, above 0 to 1. Default: none.", 0.2);
        foreach (var option in (Option[])[report, data, parts, seeds, steps, split, bank, labels, pictures, repeats])
        {
            command.Add(option);
        }

        command.SetAction((parse, cancellation) => runner.RunAsync(
            new EvaluationRequest(
                pipeline.Load(parse, context).Options,
                parse.GetRequiredValue(report),
                parse.GetValue(data),
                parse.GetValue(parts) is { Length: > 0 } rows ? rows : null,
                parse.GetValue(seeds) is { Length: > 0 } some ? some : null,
                parse.GetValue(steps),
                parse.GetValue(split),
                parse.GetValue(bank),
                parse.GetValue(labels) ?? 1,
                parse.GetValue(pictures),
                parse.GetValue(repeats) ?? 0),
            context,
            cancellation));
        return command;
    }

    private static Option<double?> Share(string name, string description, double example)
    {
        var option = CommonOptions.PositiveNumber(name, description);
        option.Validators.Add(result =>
        {
            // The text, not the value: that of a refused one throws.
            if (double.TryParse(Text(result), NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share > 1)
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is '{Text(result)}'; allowed is a share above 0 and at most 1, such as {example}."));
            }
        });
        return option;
    }

    private static Option<EvaluationPart[]?> Choices() => new("--parts")
    {
        Description = $"Rows, comma-separated: {string.Join(", ", ValueFormat.EnumNames(typeof(EvaluationPart)))}. Default: all of the data set but estimator and checkpoint.",
        HelpName = "ROWS",
        CustomParser = result => [.. Text(result).Split(',').Select(text => Parse<EvaluationPart>(result, "--parts", text)).OfType<EvaluationPart>().Distinct()],
    };

    private static Option<ulong[]?> Seeds() => new("--seeds")
    {
        Description = "Seeds, comma-separated, such as 1,2,3: mean and deviation over them are shown. Default: the pipeline's seed.",
        HelpName = "SEEDS",
        CustomParser = result =>
        {
            var seeds = new List<ulong>();
            foreach (var text in Text(result).Split(','))
            {
                if (!ulong.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
                {
                    result.AddError($"--seeds holds '{text}'; allowed are whole numbers from 0, comma-separated, such as 1,2,3.");
                    return null;
                }

                seeds.Add(seed);
            }

            return [.. seeds.Distinct()];
        },
    };

    private static T? Parse<T>(ArgumentResult result, string option, string text)
        where T : struct, Enum
    {
        if (ValueFormat.Parse(typeof(T), text) is T value)
        {
            return value;
        }

        result.AddError($"{option} holds '{text.Trim()}'; allowed: {string.Join(", ", ValueFormat.EnumNames(typeof(T)))}.");
        return null;
    }

    private static string Text(SymbolResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
}
