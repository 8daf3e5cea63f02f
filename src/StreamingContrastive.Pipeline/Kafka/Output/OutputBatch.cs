using Confluent.Kafka;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Output;

/// <summary>Counts the reports of one call down to nothing; one delegate and one task for all its messages. Thread-safe.</summary>
internal sealed class OutputBatch
{
    private readonly IReadOnlyList<OutputRecord> _records;
    private readonly ProducerConfig _config;
    private readonly Action<bool> _reported;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _outstanding;

    /// <summary>Begins to count.</summary>
    /// <param name="records">The messages; at least one.</param>
    /// <param name="config">The producer's settings, for error texts.</param>
    /// <param name="reported">Told of every report: whether it was an acknowledgement.</param>
    public OutputBatch(IReadOnlyList<OutputRecord> records, ProducerConfig config, Action<bool> reported)
    {
        (_records, _config, _reported, _outstanding) = (records, config, reported, records.Count);
        Handler = OnReport;
    }

    /// <summary>The delivery-report callback.</summary>
    public Action<DeliveryReport<byte[]?, byte[]?>> Handler { get; }

    /// <summary>Completes when all messages are acknowledged; fails with the first that is not.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Ends the batch early.</summary>
    public void Fail(Exception reason) => _completion.TrySetException(reason);

    private void OnReport(DeliveryReport<byte[]?, byte[]?> report)
    {
        if (report.Error.IsError)
        {
            Fail(OutputException.For(report.Error, _records, PositionOf(report), _config));
        }
        else if (Interlocked.Decrement(ref _outstanding) == 0)
        {
            _completion.TrySetResult();
        }

        _reported(!report.Error.IsError);
    }

    // Only on failure, so a search is cheaper than a closure per message. The client hands back the very arrays that it was given.
    private int PositionOf(DeliveryReport<byte[]?, byte[]?> report)
    {
        for (int i = 0; i < _records.Count; i++)
        {
            if (_records[i].Topic == report.Topic && ReferenceEquals(_records[i].Key, report.Message.Key)
                && ReferenceEquals(_records[i].Value, report.Message.Value))
            {
                return i;
            }
        }

        return 0;
    }
}
