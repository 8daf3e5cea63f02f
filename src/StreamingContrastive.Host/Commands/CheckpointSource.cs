using System.CommandLine;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Pipeline.Checkpoints;

namespace StreamingContrastive.Host.Commands;

/// <summary>The part of a command line that names checkpoints: a directory, or the pipeline that writes there.</summary>
internal sealed class CheckpointSource
{
    private readonly Argument<string> _from = new("FROM") { Description = "Checkpoint directory, or a pipeline (its file or bundled name) whose checkpoint:directory is meant." };

    private readonly Option<CheckpointName?> _checkpoint = new("--checkpoint")
    {
        Description = "One checkpoint, by the name that 'checkpoint list' shows.",
        HelpName = "EPOCH-STEP",
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (CheckpointName.TryParse(text, out var name))
            {
                return name;
            }

            result.AddError($"--checkpoint is '{text}'; allowed is a name as 'checkpoint list' shows it, such as 0000000001-000000000200.");
            return null;
        },
    };

    /// <summary>Adds argument and option to a command.</summary>
    public CheckpointSource(Command command)
    {
        command.Add(_from);
        command.Add(_checkpoint);
    }

    /// <summary>The one checkpoint that was named, or null.</summary>
    public CheckpointName? Chosen(ParseResult parse) => parse.GetValue(_checkpoint);

    /// <summary>Opens the directory to read.</summary>
    /// <exception cref="ConfigurationException">It is neither a directory nor a pipeline.</exception>
    public CheckpointStore Open(ParseResult parse, ProgramContext context)
    {
        var from = parse.GetRequiredValue(_from);
        return CheckpointStore.OpenReadOnly(Directory.Exists(from) ? from : DirectoryOf(from, context), new PhysicalCheckpointFiles());
    }

    private static string DirectoryOf(string pipeline, ProgramContext context)
    {
        var options = PipelineConfiguration.Load(new ConfigurationRequest(pipeline, context.Environment, []) { Connects = false }, context.Files).Options;
        return options.Checkpoint.Directory ?? Path.Combine("state", options.Name);
    }
}
