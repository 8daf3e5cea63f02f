using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Clients;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Output;

/// <summary>Produces records for those outside of a pipeline: sample data, replayed dead letters.</summary>
public sealed class RecordProducer : IDisposable
{
    private readonly OutputProducer _producer;

    /// <summary>Connects lazily, at the first record.</summary>
    public RecordProducer(KafkaOptions options, string clientId, ILoggerFactory logging, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(logging);
        _producer = new OutputProducer(KafkaClientSettings.Producer(options, clientId), logging.CreateLogger("Kafka.Output"), clock);
    }

    /// <summary>Completes when the broker has acknowledged every record.</summary>
    public Task ProduceAsync(IReadOnlyList<OutputRecord> records, CancellationToken cancellation) => _producer.ProduceAsync(records, cancellation);

    /// <inheritdoc />
    public void Dispose() => _producer.Dispose();
}
