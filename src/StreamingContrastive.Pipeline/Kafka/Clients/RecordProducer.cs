using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Topics;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Clients;

/// <summary>
/// Writes records and counts acknowledgements, for commands and tests. At most <see cref="MaxInFlight"/> records wait for theirs:
/// a slow broker slows the caller down and fills no memory. The first failure is thrown by the next call. One caller at a time.
/// </summary>
public sealed class RecordProducer : IDisposable
{
    /// <summary>Records that may wait for their acknowledgement.</summary>
    public const int MaxInFlight = 5000;

    private readonly SemaphoreSlim _slots = new(MaxInFlight, MaxInFlight);
    private readonly IProducer<byte[], byte[]> _producer;
    private readonly string _address;
    private long _acknowledged;
    private KafkaRequestException? _failure;

    /// <summary>Builds the client; no broker is asked yet.</summary>
    /// <param name="options">The kafka section.</param>
    /// <param name="clientId">client.id.</param>
    /// <param name="logger">Where the client's messages go.</param>
    /// <param name="clock">Clock of the log filter.</param>
    /// <exception cref="KafkaSettingException">A setting cannot be used.</exception>
    public RecordProducer(KafkaOptions options, string clientId, ILogger logger, TimeProvider clock)
    {
        _producer = new KafkaClients(options, clientId, logger, clock).Producer();
        _address = options.BootstrapServers;
    }

    /// <summary>Records that the broker has acknowledged.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Hands a record over, waiting while too many are under way.</summary>
    /// <exception cref="KafkaRequestException">This record, or one before it, was refused or timed out.</exception>
    public async Task ProduceAsync(OutputRecord record, CancellationToken cancellation)
    {
        await _slots.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            ThrowOnFailure();
            _producer.Produce(record.Topic, Message(record), OnDelivered);
        }
        catch (ProduceException<byte[], byte[]> e)
        {
            _slots.Release();
            throw Failure(record.Topic, e.Error);
        }
        catch (KafkaRequestException)
        {
            _slots.Release();
            throw;
        }
    }

    /// <summary>Waits until every record is acknowledged or has failed.</summary>
    /// <exception cref="KafkaRequestException">A record was refused or timed out.</exception>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        // Flush blocks: not on the caller's thread.
        await Task.Run(() => _producer.Flush(cancellation), CancellationToken.None).ConfigureAwait(false);
        ThrowOnFailure();
    }

    /// <summary>Closes the client; records that are not acknowledged yet are given up.</summary>
    public void Dispose()
    {
        _producer.Dispose();
        _slots.Dispose();
    }

    private static Message<byte[], byte[]> Message(OutputRecord record)
    {
        var headers = new Headers();
        foreach (var header in record.Headers)
        {
            headers.Add(header.Key, header.Value);
        }

        return new Message<byte[], byte[]>
        {
            Key = record.Key!,
            Value = record.Value!,
            Headers = headers,
            Timestamp = record.TimestampUnixMs < 0 ? Timestamp.Default : new Timestamp(record.TimestampUnixMs, TimestampType.CreateTime),
        };
    }

    // On a thread of the client: must not throw.
    private void OnDelivered(DeliveryReport<byte[], byte[]> report)
    {
        if (report.Error.IsError)
        {
            Interlocked.CompareExchange(ref _failure, Failure(report.Topic, report.Error), null);
        }
        else
        {
            Interlocked.Increment(ref _acknowledged);
        }

        _slots.Release();
    }

    private KafkaRequestException Failure(string topic, Error error) => new(
        $"A record was not written to {topic} at {_address}: {error.Reason} ({error.Code}). {Acknowledged} records before it were acknowledged.");

    private void ThrowOnFailure()
    {
        if (Volatile.Read(ref _failure) is { } failure)
        {
            throw failure;
        }
    }
}
