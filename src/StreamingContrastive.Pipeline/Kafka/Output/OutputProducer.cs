using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Kafka.Output;

/// <summary>
/// Sends messages and tells when all of them are acknowledged. Thread-safe. Memory is bounded by the client's queue
/// (queue.buffering.max.kbytes): when it is full, the caller waits for reports. Retries are the client's, up to message.timeout.ms.
/// </summary>
internal sealed class OutputProducer : IDisposable
{
    // A report is counted a moment before its room in the queue is free, so the last one may be missed: look again after this.
    private static readonly TimeSpan QueueFullRetry = TimeSpan.FromMilliseconds(20);
    private readonly ProducerConfig _config;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly PipelineTelemetry? _telemetry;
    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly HashSet<OutputBatch> _active = [];
    private readonly Lock _gate = new();
    private TaskCompletionSource? _report;
    private int _troubled;
    private Error? _fatal;
    private bool _disposed;

    /// <summary>Builds the producer; it connects by itself.</summary>
    /// <param name="config">Connection and security; completed by <see cref="OutputProducerConfig"/>.</param>
    /// <param name="logger">Where errors of the client are told, once until it has recovered.</param>
    /// <param name="time">Clock of the wait for room.</param>
    /// <param name="telemetry">Told of every list that was sent; null where nobody is to hear of it.</param>
    public OutputProducer(ProducerConfig config, ILogger logger, TimeProvider time, PipelineTelemetry? telemetry = null)
    {
        (_config, _logger, _time, _telemetry) = (OutputProducerConfig.Complete(config), logger, time, telemetry);
        _producer = new ProducerBuilder<byte[]?, byte[]?>(_config)
            .SetErrorHandler((_, error) => OnError(error))
            .SetLogHandler((_, message) => _logger.ProducerClient(message.Facility, message.Message))
            .Build();
    }

    /// <summary>Largest message that the client sends, key and headers included, in bytes.</summary>
    public int MaxMessageBytes => _config.MessageMaxBytes ?? OutputProducerConfig.DefaultMaxMessageBytes;

    /// <summary>The client, for the calls of a transaction; produce through this class.</summary>
    internal IProducer<byte[]?, byte[]?> Client => _producer;

    /// <summary>Why the client can send nothing any more; null while it can. Later failures name only the consequence.</summary>
    internal Error? FatalError => Volatile.Read(ref _fatal);

    /// <summary>Sends the records in order and completes when every one is acknowledged by all replicas in sync.</summary>
    /// <param name="records">The records; must not change until the task is done.</param>
    /// <param name="cancellationToken">Gives up waiting; what is already in the client's queue is still sent.</param>
    /// <exception cref="OutputException">
    /// A record was refused for good. Thrown at the first one, while others may still be under way; which of them arrived is not known.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The producer was disposed before all were acknowledged.</exception>
    public Task ProduceAsync(IReadOnlyList<OutputRecord> records, CancellationToken cancellationToken) =>
        records.Count == 0 ? Task.CompletedTask
        : _telemetry is null ? SendAsync(records, cancellationToken)
        : SendAsync(records, _telemetry, cancellationToken);

    private async Task SendAsync(IReadOnlyList<OutputRecord> records, PipelineTelemetry telemetry, CancellationToken cancellationToken)
    {
        var began = telemetry.Now();
        telemetry.Metrics.StageEntered(PipelineStage.Publish, records.Count);
        string? errorType = null;
        try
        {
            await SendAsync(records, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            errorType = e is OutputException refused ? refused.Code.ToString() : e.GetType().Name;
            throw;
        }
        finally
        {
            telemetry.Metrics.StageLeft(PipelineStage.Publish, records.Count);
            telemetry.Sent(records, began, errorType);
        }
    }

    private async Task SendAsync(IReadOnlyList<OutputRecord> records, CancellationToken cancellationToken)
    {
        var batch = new OutputBatch(records, _config, OnReported);
        Register(batch);
        try
        {
            for (int i = 0; i < records.Count && !batch.Completion.IsCompleted; i++)
            {
                // Taken before the attempt: a report that comes between the two ends the wait at once.
                var report = NextReport();
                while (!TryEnqueue(records, i, batch))
                {
                    await Task.WhenAny(report, Task.Delay(QueueFullRetry, _time, cancellationToken)).ConfigureAwait(false);
                    cancellationToken.ThrowIfCancellationRequested();
                    report = NextReport();
                }
            }

            await batch.Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _active.Remove(batch);
            }
        }
    }

    /// <summary>Frees the client at once; calls that still wait fail with <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        OutputBatch[] unfinished;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            unfinished = [.. _active];
        }

        _producer.Dispose();
        foreach (var batch in unfinished)
        {
            batch.Fail(new ObjectDisposedException(nameof(OutputProducer), "The producer was disposed before all messages were acknowledged."));
        }
    }

    private void Register(OutputBatch batch)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _active.Add(batch);
        }
    }

    private bool TryEnqueue(IReadOnlyList<OutputRecord> records, int position, OutputBatch batch)
    {
        try
        {
            var record = records[position];
            var partition = record.Partition is { } chosen ? new Partition(chosen) : Partition.Any;
            _producer.Produce(new TopicPartition(record.Topic, partition), ProducedMessage.From(record), batch.Handler);
            return true;
        }
        catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
        {
            return false;
        }
        catch (ProduceException<byte[]?, byte[]?> e)
        {
            throw OutputException.For(e.Error, records, position, _config, e);
        }
    }

    private Task NextReport()
    {
        var present = Volatile.Read(ref _report);
        if (present is not null)
        {
            return present.Task;
        }

        var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Interlocked.CompareExchange(ref _report, next, null) ?? next).Task;
    }

    private void OnReported(bool acknowledged)
    {
        Interlocked.Exchange(ref _report, null)?.TrySetResult();
        if (acknowledged && Volatile.Read(ref _troubled) != 0 && Interlocked.Exchange(ref _troubled, 0) != 0)
        {
            _logger.ProducerRecovered();
        }
    }

    private void OnError(Error error)
    {
        if (error.IsFatal)
        {
            Interlocked.CompareExchange(ref _fatal, error, null);
            _logger.ProducerFatal(error.Reason, error.Code);
        }
        else if (Interlocked.Exchange(ref _troubled, 1) == 0)
        {
            _logger.ProducerError(error.Reason, error.Code);
        }
    }
}
