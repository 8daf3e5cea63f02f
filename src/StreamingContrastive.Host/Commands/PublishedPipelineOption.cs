using System.CommandLine;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Host.Commands;

/// <summary>The part of a command line that names a pipeline whose outputs are read: by its file, or by its name alone.</summary>
internal sealed class PublishedPipelineOption
{
    private const string Default = "fashion-mnist";

    private readonly Option<string> _pipeline = new("--pipeline")
    {
        Description = "Pipeline whose outputs are read: its file, or just its name.",
        HelpName = "NAME|FILE",
        DefaultValueFactory = _ => Default,
    };

    private readonly Option<string?> _bootstrap = new("--bootstrap")
    {
        Description = "Kafka brokers, comma-separated. Default: those of the pipeline's file, or 127.0.0.1:9092.",
        HelpName = "host:port",
    };

    private readonly Option<string?> _timeout = CommonOptions.ConnectTimeout();

    private readonly Option<string[]> _sets = new("--set")
    {
        Description = "Replace one option, for instance --set kafka:client:security.protocol=SSL; may be repeated.",
        HelpName = "key=value",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Adds the options to a command.</summary>
    public PublishedPipelineOption(Command command)
    {
        command.Add(_pipeline);
        command.Add(_bootstrap);
        command.Add(_timeout);
        command.Add(_sets);
    }

    /// <summary>The pipeline's options; of one that is known by its name only, defaults under that name.</summary>
    /// <exception cref="ConfigurationException">Anything is wrong with it.</exception>
    public PipelineOptions Resolve(ParseResult parse, ProgramContext context)
    {
        var assignments = parse.GetRequiredValue(_sets).Select(s => new Assignment(s)).ToList();
        assignments.AddRange(Assignment.Shorthand("kafka:bootstrapServers", parse.GetValue(_bootstrap), _bootstrap.Name));
        assignments.AddRange(Assignment.Shorthand("kafka:connectTimeout", parse.GetValue(_timeout), _timeout.Name));

        var pipeline = parse.GetRequiredValue(_pipeline);
        string? file = pipeline;
        if (!Path.HasExtension(pipeline) && Path.GetFileName(pipeline) == pipeline && !context.Files.TryFind(pipeline, out _))
        {
            file = null;
            assignments.Add(new Assignment($"name={pipeline}", "--pipeline"));
        }

        return PipelineConfiguration.Load(new ConfigurationRequest(file, context.Environment, assignments), context.Files).Options;
    }
}
