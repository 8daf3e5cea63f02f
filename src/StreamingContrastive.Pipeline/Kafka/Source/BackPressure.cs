using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>
/// Decides what a full channel means: at first the client is left alone, with its prefetched records; when that lasts, the partitions are
/// paused and the client is polled, so that the group keeps the member. Consumer thread only, outside handlers.
/// Flowing --full--> holding --<see cref="RecordSourceSettings.PauseAfter"/>--> paused --half empty--> flowing
/// </summary>
internal sealed class BackPressure(RecordSourceSettings settings, EventOutlet outlet, SourceCounters counters, ILogger logger, TimeProvider time)
{
    private readonly PartitionPauser _pauser = new();
    private long _fullSince = -1;

    /// <summary>True: do not poll now, wait for room.</summary>
    /// <param name="consumer">The client.</param>
    /// <param name="held">The partitions held.</param>
    /// <param name="flowing">True when nothing waits for the channel.</param>
    public bool HoldsBack(IConsumer<byte[]?, byte[]?> consumer, IReadOnlyCollection<PartitionReader> held, bool flowing)
    {
        if (_pauser.IsPausing)
        {
            if (outlet.IsDrained)
            {
                _pauser.Resume(consumer, held);
                logger.Resumed((long)counters.PauseEnded().TotalMilliseconds);
                _fullSince = -1;
            }

            return false;
        }

        if (flowing)
        {
            _fullSince = -1;
            return false;
        }

        _fullSince = _fullSince < 0 ? time.GetTimestamp() : _fullSince;
        if (time.GetElapsedTime(_fullSince) < settings.PauseAfter)
        {
            return true;
        }

        counters.PauseBegan();
        logger.Paused();
        _pauser.Pause(consumer, held);
        return false;
    }

    /// <summary>To be called after anything that assigned partitions: the client may bring them back as they were before, or running.</summary>
    public void Reapply(IConsumer<byte[]?, byte[]?> consumer, IReadOnlyCollection<PartitionReader> held)
    {
        if (_pauser.IsPausing)
        {
            _pauser.Pause(consumer, held);
        }
        else
        {
            _pauser.Resume(consumer, held);
        }
    }
}
