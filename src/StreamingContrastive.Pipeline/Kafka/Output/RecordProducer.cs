using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Clients;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Output;

/// <summary>Produces records for those outside of a pipeline: sample data, replayed dead letters.</summary>
public sealed class RecordProducer : IDisposable
{
    private readonly OutputProducer _producer;
    private long _acknowledged;

    /// <summary>Connects lazily, at the first record.</summary>
    public RecordProducer(KafkaOptions options, string clientId, ILogger logger, TimeProvider clock) =>
        _producer = new OutputProducer(KafkaClientSettings.Producer(options, clientId), logger, clock);

    /// <summary>Records that the broker has acknowledged.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Completes when the broker has acknowledged every record.</summary>
    /// <exception cref="OutputException">One was refused or timed out.</exception>
    public async Task ProduceAsync(IReadOnlyList<OutputRecord> records, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(records);
        await _producer.ProduceAsync(records, cancellation).ConfigureAwait(false);
        Interlocked.Add(ref _acknowledged, records.Count);
    }

    /// <inheritdoc />
    public void Dispose() => _producer.Dispose();
}
