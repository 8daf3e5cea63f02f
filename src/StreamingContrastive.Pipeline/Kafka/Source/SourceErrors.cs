using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>
/// What the client reports besides records. Passing errors are counted and logged, each kind once until the broker has answered again;
/// those that end the source are kept for <see cref="ThrowIfTerminal"/>, because handlers must not throw. Consumer thread only.
/// </summary>
internal sealed class SourceErrors(string groupId, SourceCounters counters, ILogger logger)
{
    private readonly HashSet<ErrorCode> _logged = [];
    private long _errors;
    private Error? _terminal;

    /// <summary>Handler: the client tells of an error.</summary>
    public void OnError(Error error)
    {
        if (ConsumerErrors.IsTerminal(error))
        {
            _terminal ??= error;
        }
        else
        {
            Note(error);
        }
    }

    /// <summary>Something failed that may pass.</summary>
    public void Note(Error error)
    {
        _errors++;
        counters.TransientError();
        if (_logged.Add(error.Code))
        {
            logger.TransientError(error.Reason, error.Code);
        }
    }

    /// <summary>The broker answered.</summary>
    public void Recovered()
    {
        if (_errors > 0)
        {
            logger.Recovered(_errors);
            _errors = 0;
            _logged.Clear();
        }
    }

    /// <summary>Ends the source if a handler was told that it has to end.</summary>
    /// <exception cref="RecordSourceException">The client failed for good.</exception>
    public void ThrowIfTerminal()
    {
        if (_terminal is { } error)
        {
            throw new RecordSourceException(ConsumerErrors.Describe(error, null, groupId));
        }
    }

    /// <summary>A Consume failed other than by a gap.</summary>
    /// <exception cref="RecordSourceException">The client failed for good.</exception>
    public void OnConsumeFailed(ConsumeException failure)
    {
        if (ConsumerErrors.IsTerminal(failure.Error))
        {
            throw new RecordSourceException(ConsumerErrors.Describe(failure.Error, failure.ConsumerRecord?.TopicPartitionOffset, groupId), failure);
        }

        Note(failure.Error);
    }

    /// <summary>Handler: the client has committed in the background.</summary>
    public void OnCommitted(CommittedOffsets committed)
    {
        if (committed.Error.IsError)
        {
            OnCommitFailed(committed.Error);
        }
        else if (committed.Offsets.FirstOrDefault(offset => offset.Error.IsError) is { } failed)
        {
            OnCommitFailed(failed.Error);
        }
    }

    /// <summary>An advisory commit failed: counted, nothing more.</summary>
    public void OnCommitFailed(Error error)
    {
        // Nothing was stored since the last commit.
        if (error.Code != ErrorCode.Local_NoOffset)
        {
            counters.CommitFailed();
            logger.CommitFailed(error.Reason, error.Code);
        }
    }
}
