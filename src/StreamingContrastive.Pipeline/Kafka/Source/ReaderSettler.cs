using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>
/// Brings readers to <see cref="ReaderState.Reading"/>: asks the broker where an unknown partition begins or what a gap left, and seeks.
/// What fails is tried again, so a broker that is away only costs time. Consumer thread only, outside handlers.
/// </summary>
internal sealed class ReaderSettler(
    RecordSourceSettings settings, EventOutlet outlet, SourceCounters counters, SourceErrors errors, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan SeekAgainAfter = TimeSpan.FromMilliseconds(50);

    // A question blocks the thread; partitions whose leaders do answer must not starve meanwhile.
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(2);
    private long _seekFailedAt = -1;
    private long _questionFailedAt = -1;

    /// <summary>Moves every reader as far as it goes now; true when all of them read.</summary>
    /// <exception cref="OffsetGapException">There is a gap and the policy is Fail.</exception>
    /// <exception cref="KafkaException">The client failed for good.</exception>
    public bool Settle(IConsumer<byte[]?, byte[]?> consumer, IEnumerable<PartitionReader> readers)
    {
        bool settled = true;
        foreach (var reader in readers)
        {
            if (reader.State is ReaderState.Resolving or ReaderState.InGap)
            {
                Attempt(ref _questionFailedAt, AskAgainAfter, () => Ask(consumer, reader));
            }

            if (reader.State == ReaderState.Seeking)
            {
                Attempt(ref _seekFailedAt, SeekAgainAfter, () => Seek(consumer, reader));
            }

            settled &= reader.State == ReaderState.Reading;
        }

        return settled;
    }

    private void Attempt(ref long failedAt, TimeSpan again, Action action)
    {
        if (failedAt >= 0 && time.GetElapsedTime(failedAt) < again)
        {
            return;
        }

        try
        {
            action();
            failedAt = -1;
        }
        catch (KafkaException e) when (!ConsumerErrors.IsTerminal(e.Error))
        {
            failedAt = time.GetTimestamp();

            // A seek is refused while the client is still starting the partition, or has just stopped it; that is no news.
            if (e.Error.Code is not (ErrorCode.Local_State or ErrorCode.Local_InProgress))
            {
                errors.Note(e.Error);
            }
        }
    }

    private void Ask(IConsumer<byte[]?, byte[]?> consumer, PartitionReader reader)
    {
        var ends = consumer.QueryWatermarkOffsets(reader.Partition, settings.QueryTimeout);
        if (reader.State == ReaderState.Resolving)
        {
            reader.SeekFrom(settings.Start == StartPosition.Earliest ? ends.Low.Value : ends.High.Value);
            return;
        }

        var reading = reader.Reading;
        long wanted = reader.Builder.Next;
        long next = GapDecision.Resolve(settings.OnGap, reading.Partition, wanted, ends.Low.Value, ends.High.Value);
        if (next != wanted)
        {
            counters.Gap(Math.Max(0, next - wanted));
            logger.GapAccepted(reading.Partition, wanted, next);
            outlet.Enqueue(new GapNotice(reading.Partition, wanted, next, reading.LineageEpoch, reading.Assignment));
        }

        reader.SeekFrom(next);
    }

    private void Seek(IConsumer<byte[]?, byte[]?> consumer, PartitionReader reader)
    {
        var target = new TopicPartitionOffset(reader.Partition, reader.Builder.Next);
        if (reader.IsStopped)
        {
            // The client refuses to seek where it has stopped fetching: assigned anew, the partition starts again. Outside a rebalance this
            // is the client's own affair; the group does not hear of it.
            consumer.IncrementalUnassign([reader.Partition]);
            consumer.IncrementalAssign([target]);
        }
        else
        {
            consumer.Seek(target);
        }

        reader.Sought();
        logger.ReadingBegan(reader.Reading.Partition, target.Offset.Value, reader.Reading.Assignment.Number, reader.Reading.LineageEpoch);
    }
}
