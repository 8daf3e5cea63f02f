using System.CommandLine;
using StreamingContrastive.Host.Commands.Describe;
using StreamingContrastive.Host.Configuration;

namespace StreamingContrastive.Host.Commands;

/// <summary><c>describe</c>: what a pipeline file makes of the program, without running anything.</summary>
internal static class DescribeCommand
{
    /// <summary>The command.</summary>
    public static Command Create(ProgramContext context)
    {
        var command = new TeachingCommand("describe", "Show what a pipeline would do: its stages, topics and options, as text.")
        {
            Notes =
            [
                "Validates the pipeline and connects to nothing. The text is the same on every machine, so it can be kept and compared.",
                "Secrets (passwords, tokens, keys) are never shown.",
            ],
            Examples =
            [
                "describe fashion-mnist",
                "describe my.json --set training:batchSize=128 --configuration",
                "describe --schema > pipeline.schema.json",
                "describe --telemetry > telemetry.md",
            ],
        };
        var configuration = new Option<bool>("--configuration") { Description = "Print every option with its value, as a pipeline file." };
        var schema = new Option<bool>("--schema") { Description = "Print the JSON schema of pipeline files, for editors." };
        var telemetry = new Option<bool>("--telemetry") { Description = "Print the metrics and spans that the program exports, as a table." };
        var pipeline = new PipelineSelection(command, required: false, connects: false);
        command.Add(configuration);
        command.Add(schema);
        command.Add(telemetry);
        command.SetAction(async (parse, cancellation) =>
        {
            var text = parse.GetValue(schema)
                ? PipelineSchema.Generate()
                : parse.GetValue(telemetry) ? TelemetryTable.Generate()
                : Text(pipeline.Load(parse, context), parse.GetValue(configuration));
            await context.Out.WriteAsync(text.AsMemory(), cancellation).ConfigureAwait(false);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static string Text(LoadedPipeline loaded, bool asConfiguration) =>
        asConfiguration ? EffectiveConfiguration.ToJson(loaded.Options) + "\n" : TopologyDescription.Of(loaded.Options);
}
