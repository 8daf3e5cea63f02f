using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>
/// Brings readers to <see cref="ReaderState.Reading"/>: asks the broker where an unknown partition begins or what a gap left, and seeks.
/// What fails is tried again, so a broker that is away only costs time. Consumer thread only, outside handlers.
/// </summary>
internal sealed class ReaderSettler(RecordSourceSettings settings, EventOutlet outlet, SourceCounters counters, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(50);
    private long _failedAt = -1;

    /// <summary>Moves every reader as far as it goes now; true when all of them read.</summary>
    /// <exception cref="OffsetGapException">There is a gap and the policy is Fail.</exception>
    public bool Settle(IConsumer<byte[]?, byte[]?> consumer, IEnumerable<PartitionReader> readers, TransientErrors errors)
    {
        if (_failedAt >= 0 && time.GetElapsedTime(_failedAt) < RetryAfter)
        {
            return false;
        }

        _failedAt = -1;
        foreach (var reader in readers)
        {
            if (reader.State == ReaderState.Reading)
            {
                continue;
            }

            try
            {
                Settle(consumer, reader);
            }
            catch (KafkaException e) when (!ConsumerErrors.IsTerminal(e.Error))
            {
                // A seek is refused while the client is still starting the partition; that is no news.
                if (e.Error.Code is not (ErrorCode.Local_State or ErrorCode.Local_InProgress))
                {
                    errors.Note(e.Error);
                }

                _failedAt = time.GetTimestamp();
                return false;
            }
        }

        return true;
    }

    private void Settle(IConsumer<byte[]?, byte[]?> consumer, PartitionReader reader)
    {
        switch (reader.State)
        {
            case ReaderState.Resolving:
                var ends = consumer.QueryWatermarkOffsets(reader.Partition, settings.QueryTimeout);
                reader.SeekFrom(settings.Start == StartPosition.Earliest ? ends.Low.Value : ends.High.Value);
                break;
            case ReaderState.InGap:
                JumpGap(reader, consumer.QueryWatermarkOffsets(reader.Partition, settings.QueryTimeout));
                break;
        }

        long next = reader.Builder.Next;
        consumer.Seek(new TopicPartitionOffset(reader.Partition, next));
        reader.Sought();
        logger.ReadingBegan(reader.Reading.Partition, next, reader.Reading.Assignment.Number, reader.Reading.LineageEpoch);
    }

    private void JumpGap(PartitionReader reader, WatermarkOffsets ends)
    {
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
}
