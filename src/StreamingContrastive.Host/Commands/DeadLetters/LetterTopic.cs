using Microsoft.Extensions.Logging;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Clients;
using StreamingContrastive.Pipeline.Kafka.Topics;

namespace StreamingContrastive.Host.Commands.DeadLetters;

/// <summary>A pipeline's dead letters, from the oldest to what is the end at the call. No consumer group, nothing committed.</summary>
internal sealed class LetterTopic(PipelineOptions options, ProgramContext context, ILoggerFactory log)
{
    private readonly ILogger _kafka = log.CreateLogger("Kafka");

    /// <summary>Its name.</summary>
    public string Name { get; } = new TopicNames(options.Name).DeadLetters;

    /// <summary>Messages met so far that are no letters.</summary>
    public long Unreadable { get; private set; }

    /// <summary>Waits for a broker; which topics there are.</summary>
    public async Task<BrokerInfo> ConnectAsync(CancellationToken cancellation) =>
        await BrokerProbe.ConnectAsync(options.Kafka, _kafka, context.Clock, cancellation).ConfigureAwait(false);

    /// <summary>The letters; the reader blocks the thread that enumerates it.</summary>
    public IEnumerable<ReceivedLetter> Read(CancellationToken cancellation)
    {
        var reader = new TopicReader(new TopicReaderOptions
        {
            Topic = Name,
            Consumer = KafkaReaderSettings.Of(options.Kafka, TeachingHelp.Program),
            ConnectTimeout = options.Kafka.ConnectTimeout,
            Log = line => _kafka.LogDebug("{Line}", line),
        });
        foreach (var message in reader.Read(cancellation))
        {
            if (ReceivedLetter.Of(message) is { } letter)
            {
                yield return letter;
            }
            else
            {
                Unreadable++;
            }
        }
    }
}
