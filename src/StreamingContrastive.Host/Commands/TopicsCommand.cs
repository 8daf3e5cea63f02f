using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Topics;

namespace StreamingContrastive.Host.Commands;

/// <summary><c>topics ensure</c> and <c>topics list</c>.</summary>
internal static class TopicsCommand
{
    /// <summary>The command with its two subcommands.</summary>
    public static Command Create(ProgramContext context) =>
        new TeachingCommand("topics", "Create a pipeline's topics, or list those of a cluster.")
        {
            Examples = ["topics ensure fashion-mnist", "topics list --bootstrap kafka-1:9092"],
            Subcommands = { Ensure(context), List(context) },
        };

    private static TeachingCommand Ensure(ProgramContext context)
    {
        var command = new TeachingCommand("ensure", "Create the topics of a pipeline that are missing; change and delete none.")
        {
            Notes =
            [
                "Partitions, retention and compaction stand in topology/topics.json. A topic that exists with other partitions is reported and left alone.",
                "Run it once before the first run on a cluster that does not create topics by itself.",
            ],
            Examples = ["topics ensure fashion-mnist", "topics ensure my.json --bootstrap kafka-1:9092"],
        };
        var pipeline = new PipelineSelection(command, required: true);
        command.SetAction(async (parse, cancellation) =>
        {
            var options = pipeline.Load(parse, context).Options;
            await WithAdminAsync(parse, options, context, EnsureAsync, cancellation).ConfigureAwait(false);
            return ExitCodes.Ok;

            async Task EnsureAsync(TopicAdmin admin)
            {
                foreach (var result in await admin.EnsureAsync(Wanted(options), cancellation).ConfigureAwait(false))
                {
                    await context.Out.WriteLineAsync($"{result.Name}: {result.Text}").ConfigureAwait(false);
                }
            }
        });
        return command;
    }

    private static TeachingCommand List(ProgramContext context)
    {
        var command = new TeachingCommand("list", "List the topics of a cluster: name, partitions, replicas.")
        {
            Notes = ["With a pipeline its brokers are asked, otherwise those of --bootstrap or 127.0.0.1:9092. Kafka's own topics are left out."],
            Examples = ["topics list", "topics list fashion-mnist --bootstrap kafka-1:9092"],
        };
        var pipeline = new PipelineSelection(command, required: false);
        command.SetAction(async (parse, cancellation) =>
        {
            var options = pipeline.Load(parse, context).Options;
            await WithAdminAsync(parse, options, context, ListAsync, cancellation).ConfigureAwait(false);
            return ExitCodes.Ok;

            async Task ListAsync(TopicAdmin admin)
            {
                foreach (var topic in (await admin.ListAsync(cancellation).ConfigureAwait(false)).Where(t => !t.IsInternal))
                {
                    await context.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{topic.Name}  partitions {topic.Partitions}  replicas {topic.ReplicationFactor}")).ConfigureAwait(false);
                }
            }
        });
        return command;
    }

    /// <summary>Everything that topology/topics.json names, and the held-out topic, made as the input is.</summary>
    internal static IEnumerable<TopicSpec> Wanted(PipelineOptions options)
    {
        var catalog = TopicCatalog.LoadDefault().For(new TopicNames(options.Name), options.Input.Topic, options.Input.PublishedParts);
        var heldOut = options.Monitor.HeldOutTopic is { } name
            ? catalog.Where(t => t.Role == TopicRole.Input).Select(t => t with { Name = name })
            : [];
        return catalog.Concat(heldOut).Select(t => new TopicSpec(t.Name, t.Partitions, t.ReplicationFactor, t.Config));
    }

    private static async Task WithAdminAsync(
        ParseResult parse, PipelineOptions options, ProgramContext context, Func<TopicAdmin, Task> work, CancellationToken cancellation)
    {
        using var log = ProgramContext.CreateLog(parse.GetValue<bool>(CommandLineProgram.VerboseOption));
        var kafka = log.CreateLogger("Kafka");
        await BrokerProbe.ConnectAsync(options.Kafka, kafka, context.Clock, cancellation).ConfigureAwait(false);

        // What becomes of each topic is the command's result; logged as well, it would be said twice.
        using var admin = new TopicAdmin(options.Kafka, options.Name, NullLogger.Instance, context.Clock);
        await work(admin).ConfigureAwait(false);
    }
}
