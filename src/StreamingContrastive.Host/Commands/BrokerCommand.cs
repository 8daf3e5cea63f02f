using System.CommandLine;
using System.Net;
using StreamingContrastive.Pipeline.Kafka.Embedded;

namespace StreamingContrastive.Host.Commands;

/// <summary><c>broker</c>: the embedded broker on a fixed port, for other programs.</summary>
internal static class BrokerCommand
{
    private const int DefaultPort = 9092;

    /// <summary>The command.</summary>
    public static Command Create(ProgramContext context)
    {
        var command = new TeachingCommand("broker", "Run a small Kafka broker for trials, on a fixed port, until Ctrl-C.")
        {
            Notes = EmbeddedKafkaLimits.Text.Split('\n'),
            Examples =
            [
                "broker --port 9092 --topic records:12 --topic records-held-out:2",
                "broker --port 19092 --topic records:12 --listen 0.0.0.0 --advertise my-host",
            ],
        };
        var port = new Option<int>("--port")
        {
            Description = "Port of the first broker; 0 takes a free one. Further brokers take the ports after it.",
            DefaultValueFactory = _ => DefaultPort,
        };
        port.Validators.Add(v => CommonOptions.RequireWhole(v, 0, ushort.MaxValue, $"1 to {ushort.MaxValue}, or 0 for a free one"));
        var brokers = new Option<int>("--brokers") { Description = $"Number of brokers, 1 to {EmbeddedKafkaLimits.MaxBrokers}.", DefaultValueFactory = _ => 1 };
        brokers.Validators.Add(v => CommonOptions.RequireWhole(v, 1, EmbeddedKafkaLimits.MaxBrokers, $"1 to {EmbeddedKafkaLimits.MaxBrokers}"));
        var listen = new Option<IPAddress>("--listen")
        {
            Description = "Address to listen on. There is no authentication: anybody who reaches it can read and write.",
            DefaultValueFactory = _ => IPAddress.Loopback,
            CustomParser = TopicArguments.ParseAddress,
        };
        var advertise = new Option<string>("--advertise") { Description = "Host name that clients are told to connect to.", DefaultValueFactory = _ => "127.0.0.1" };
        var topics = TopicArguments.Option("Topic to create, with its number of partitions; may be repeated.");
        foreach (var option in (Option[])[port, brokers, topics, listen, advertise])
        {
            command.Add(option);
        }

        command.SetAction((parse, cancellation) => RunAsync(
            new EmbeddedKafkaOptions(parse.GetValue(brokers), parse.GetRequiredValue(topics), parse.GetValue(port), context.Clock)
            {
                ListenAddress = parse.GetRequiredValue(listen),
                AdvertisedHost = parse.GetRequiredValue(advertise),
            },
            context,
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(EmbeddedKafkaOptions options, ProgramContext context, CancellationToken cancellation)
    {
        var kafka = EmbeddedKafka.Start(options);
        await using (kafka.ConfigureAwait(false))
        {
            await context.Out.WriteLineAsync($"bootstrap {kafka.BootstrapServers}").ConfigureAwait(false);
            foreach (var topic in options.Topics ?? [])
            {
                await context.Out.WriteLineAsync($"topic {topic.Name}: {topic.Partitions} partitions").ConfigureAwait(false);
            }

            await context.Out.WriteLineAsync(EmbeddedKafkaLimits.Text).ConfigureAwait(false);
            await context.Out.WriteLineAsync("Ctrl-C stops it.").ConfigureAwait(false);
            await context.Out.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            await Cancelled(cancellation).ConfigureAwait(false);
        }

        return ExitCodes.Ok;
    }

    private static async Task Cancelled(CancellationToken cancellation)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellation.Register(() => stopped.TrySetResult()).ConfigureAwait(false);
        await stopped.Task.ConfigureAwait(false);
    }
}
