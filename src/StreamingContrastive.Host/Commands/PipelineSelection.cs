using System.CommandLine;
using StreamingContrastive.Host.Configuration;

namespace StreamingContrastive.Host.Commands;

/// <summary>The part of a command line that names a pipeline and changes its options; the same for every command.</summary>
internal sealed class PipelineSelection
{
    private readonly Argument<string?> _pipeline;
    private readonly Option<string?> _timeout = CommonOptions.ConnectTimeout();
    private readonly bool _connects;

    /// <summary>Adds the argument and the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="required">Whether a pipeline must be named; otherwise the defaults are taken.</param>
    /// <param name="connects">Whether the command connects to Kafka.</param>
    public PipelineSelection(Command command, bool required, bool connects = true)
    {
        _connects = connects;
        _pipeline = new Argument<string?>("PIPELINE")
        {
            Description = "Pipeline file, or the name of one in topology/pipelines." + (required ? "" : " Default: the built-in defaults."),
            Arity = required ? ArgumentArity.ExactlyOne : ArgumentArity.ZeroOrOne,
        };
        command.Add(_pipeline);
        command.Add(Sets);
        command.Add(Bootstrap);
        if (connects)
        {
            command.Add(_timeout);
        }
    }

    private Option<string[]> Sets { get; } = new("--set")
    {
        Description = "Replace one option, for instance --set training:batchSize=128; may be repeated.",
        HelpName = "key=value",
        DefaultValueFactory = _ => [],
    };

    private Option<string?> Bootstrap { get; } = new("--bootstrap")
    {
        Description = "Kafka brokers, comma-separated (the same as --set kafka:bootstrapServers=...).",
        HelpName = "host:port",
    };

    /// <summary>Loads what the command line names.</summary>
    /// <exception cref="ConfigurationException">Anything is wrong with it.</exception>
    public LoadedPipeline Load(ParseResult parse, ProgramContext context, params IEnumerable<Assignment> more)
    {
        var assignments = parse.GetRequiredValue(Sets).Select(s => new Assignment(s)).Concat(more).ToList();
        assignments.AddRange(Assignment.Shorthand("kafka:bootstrapServers", parse.GetValue(Bootstrap), Bootstrap.Name));
        if (_connects)
        {
            assignments.AddRange(Assignment.Shorthand("kafka:connectTimeout", parse.GetValue(_timeout), _timeout.Name));
        }


        return PipelineConfiguration.Load(new ConfigurationRequest(parse.GetValue(_pipeline), context.Environment, assignments) { Connects = _connects }, context.Files);
    }
}
