using System.CommandLine;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Host.Commands;

/// <summary>The part of a command line that says where Kafka is, for commands that need no pipeline.</summary>
internal sealed class ConnectionOptions
{
    private readonly Option<string?> _bootstrap = new("--bootstrap") { Description = "Kafka brokers, comma-separated. Default: 127.0.0.1:9092.", HelpName = "host:port" };

    private readonly Option<string?> _timeout = CommonOptions.ConnectTimeout();

    private readonly Option<string[]> _sets = new("--set")
    {
        Description = "Replace one option of kafka, for instance --set kafka:client:security.protocol=SSL; may be repeated.",
        HelpName = "key=value",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Adds the options to a command.</summary>
    public ConnectionOptions(Command command)
    {
        command.Add(_bootstrap);
        command.Add(_timeout);
        command.Add(_sets);
    }

    /// <summary>The Kafka section that results.</summary>
    /// <exception cref="ConfigurationException">Anything is wrong with it.</exception>
    public KafkaOptions Load(ParseResult parse, ProgramContext context)
    {
        var assignments = parse.GetRequiredValue(_sets).Select(s => new Assignment(s)).ToList();
        assignments.AddRange(Assignment.Shorthand("kafka:bootstrapServers", parse.GetValue(_bootstrap), _bootstrap.Name));
        assignments.AddRange(Assignment.Shorthand("kafka:connectTimeout", parse.GetValue(_timeout), _timeout.Name));
        return PipelineConfiguration.Load(new ConfigurationRequest(null, context.Environment, assignments), context.Files).Options.Kafka;
    }
}
