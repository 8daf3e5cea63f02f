using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>Counts errors that are ridden out and logs each kind once until the broker has answered again. Consumer thread only.</summary>
internal sealed class TransientErrors(SourceCounters counters, ILogger logger)
{
    private readonly HashSet<ErrorCode> _logged = [];
    private long _errors;

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
}
