using System.CommandLine;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;
using StreamingContrastive.Host.Commands.Tail;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Clients;
using StreamingContrastive.Pipeline.Kafka.Topics;

namespace StreamingContrastive.Host.Commands;

/// <summary><c>tail</c>: what a pipeline publishes, as lines.</summary>
internal static class TailCommand
{
    /// <summary>The command.</summary>
    public static Command Create(ProgramContext context)
    {
        var command = new TeachingCommand("tail", "Follow what a pipeline publishes, as readable lines or as JSON.")
        {
            Notes =
            [
                "Reads with no consumer group and commits nothing: it can run beside anything. Follows until Ctrl-C, --max or --until-end.",
                "After a crash a pipeline may publish the same messages again; they are shown again, with the same id.",
                "--surviving-only leaves out what a start published after the point at which its successor branched off (output:delivery = immediate).",
            ],
            Examples =
            [
                "tail --pipeline fashion-mnist --metrics",
                "tail --pipeline my.json --from-beginning --max 10 --json",
                "tail --pipeline photos --bootstrap kafka-1:9092 --models --from-beginning --until-end",
            ],
        };
        var pipeline = new PublishedPipelineOption(command);
        var embeddings = new Option<bool>("--embeddings") { Description = "Vectors and tombstones (the default)." };
        var part = new Option<string?>("--part") { Description = "Embeddings of this part, where records have several (input:parts).", HelpName = "NAME" };
        var metrics = new Option<bool>("--metrics") { Description = "What the trainer measures." };
        var models = new Option<bool>("--models") { Description = "Model versions." };
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        var beginning = new Option<bool>("--from-beginning") { Description = "Begin at the oldest message instead of the next one." };
        var surviving = new Option<bool>("--surviving-only") { Description = "Embeddings: leave out those of dead branches." };
        var untilEnd = new Option<bool>("--until-end") { Description = "Stop at what is the end now instead of following." };
        var max = CommonOptions.PositiveCount("--max", "Stop after so many messages.");
        foreach (var option in (Option[])[embeddings, part, metrics, models, json, beginning, surviving, untilEnd, max])
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (new[] { embeddings, metrics, models }.Count(result.GetValue) > 1)
            {
                result.AddError("--embeddings, --metrics and --models name different topics: give one of them.");
            }

            if (result.GetValue(part) is not null && (result.GetValue(metrics) || result.GetValue(models)))
            {
                result.AddError("--part chooses among embeddings: leave --metrics and --models out.");
            }

            if (result.GetValue(surviving) && (result.GetValue(metrics) || result.GetValue(models)))
            {
                result.AddError("--surviving-only chooses among embeddings: leave --metrics and --models out.");
            }
        });
        command.SetAction((parse, cancellation) =>
        {
            var options = pipeline.Resolve(parse, context);
            MessageLines lines = parse.GetValue(metrics) ? new MetricsLines() : parse.GetValue(models) ? new ModelLines() : new EmbeddingLines(options.Name, PartOf(parse.GetValue(part), options.Input.PublishedParts));
            var reader = new TopicReaderOptions
            {
                Topic = lines.TopicOf(new TopicNames(options.Name)),
                Consumer = KafkaReaderSettings.Of(options.Kafka, TeachingHelp.Program),
                ConnectTimeout = options.Kafka.ConnectTimeout,
                From = parse.GetValue(beginning) ? ReadFrom.Earliest : ReadFrom.Latest,
                Follow = !parse.GetValue(untilEnd),
            };
            var modelsTopic = parse.GetValue(surviving) ? new TopicNames(options.Name).Models : null;
            var request = new TailRequest(options.Kafka, reader, modelsTopic, lines, parse.GetValue(json), parse.GetValue(max), parse.GetValue<bool>(CommandLineProgram.VerboseOption));
            return RunAsync(request, context, cancellation);
        });
        return command;
    }

    private static string? PartOf(string? named, IReadOnlyList<string>? parts) => (named, parts) switch
    {
        (null, { } some) => throw new UsageException($"Records of this pipeline have several parts, each with a topic of embeddings: add --part with one of {string.Join(", ", some)}."),
        ({ } other, { } some) when !some.Contains(other) => throw new UsageException($"--part is '{other}'; the parts of this pipeline are {string.Join(", ", some)}."),
        _ => named,
    };

    private static async Task<int> RunAsync(TailRequest request, ProgramContext context, CancellationToken cancellation)
    {
        using var log = ProgramContext.CreateLog(request.Verbose);
        var kafka = log.CreateLogger("Kafka");
        try
        {
            await BrokerProbe.ConnectAsync(request.Kafka, kafka, context.Clock, cancellation).ConfigureAwait(false);

            // The reader blocks the thread that enumerates it.
            await Task.Run(() => Print(request, kafka, context.Out, cancellation), CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Ctrl-C is how a reader that follows ends.
        }

        return ExitCodes.Ok;
    }

    private static void Print(TailRequest request, ILogger kafka, TextWriter output, CancellationToken cancellation)
    {
        var options = request.Reader with { Log = line => kafka.LogDebug("{Line}", line) };
        var messages = request.ModelsTopic is { } models
            ? new SurvivingMessages(options, models).Read(cancellation)
            : new TopicReader(options).Read(cancellation);
        var left = request.Max ?? long.MaxValue;
        foreach (var message in messages)
        {
            output.WriteLine(request.AsJson ? request.Lines.Json(message) : request.Lines.Text(message));
            output.Flush();
            if (--left == 0)
            {
                return;
            }
        }
    }

    private sealed record TailRequest(KafkaOptions Kafka, TopicReaderOptions Reader, string? ModelsTopic, MessageLines Lines, bool AsJson, long? Max, bool Verbose);
}
