using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Ingest;

/// <summary>
/// Bad input on its way out: a rejected record is acknowledged in the dead-letter topic before its offset may pass, and a share
/// above the limit stops the pipeline. Used by one stream stage, one chunk at a time.
/// </summary>
internal sealed class DeadLetterStage(
    DeadLetterOptions options,
    Func<PartitionId, IReadOnlyList<RefusedRecord>, CancellationToken, Task> write,
    DeadLetterWindow window,
    PipelineMetrics metrics,
    LetterBoard? board = null)
{
    /// <summary>Writes the rejected records of a chunk, returns when the broker has them, and counts the chunk's records.</summary>
    /// <exception cref="BadRecordException">The policy is Fail, or too large a share is bad.</exception>
    public async Task PassAsync(PairsConstructed constructed)
    {
        var (chunk, rejected) = (constructed.Chunk, constructed.Rejected);
        if (rejected.Count > 0)
        {
            if (options.Policy == BadRecordPolicy.Fail)
            {
                throw new BadRecordException(
                    $"{Describe(chunk.Partition, rejected[0])} deadLetters:policy is Fail; with DeadLetter such records go to the dead-letter topic and the stream goes on.");
            }

            await write(chunk.Partition, rejected, CancellationToken.None).ConfigureAwait(false);
        }

        Count(chunk, rejected);
        if (window.Exceeded)
        {
            throw new BadRecordException(window.Describe());
        }
    }

    // The window wants a partition's records in offset order, good and bad ones mixed as they came.
    private void Count(PairChunk chunk, IReadOnlyList<RefusedRecord> rejected)
    {
        var bad = 0;
        foreach (var pair in chunk.Pairs)
        {
            for (; bad < rejected.Count && rejected[bad].Record.Offset < pair.Offset; bad++)
            {
                CountBad(chunk.Partition, rejected[bad]);
            }

            window.Record(chunk.Partition, pair.Offset, null);
        }

        for (; bad < rejected.Count; bad++)
        {
            CountBad(chunk.Partition, rejected[bad]);
        }
    }

    private void CountBad(PartitionId partition, RefusedRecord record)
    {
        var (before, rejection) = (window.Total, record.Rejection);
        window.Record(partition, record.Record.Offset, $"{rejection.Stage}, {rejection.ErrorType}: {rejection.Message}");
        if (window.Total > before)
        {
            // A position that is read again is acknowledged again, under the same id, and counted once.
            metrics.DeadLettered(rejection.Stage, rejection.ErrorType);
            board?.Add($"{partition} offset {record.Record.Offset}", record.Record.Key, rejection.Stage, rejection.ErrorType, rejection.Message);
        }
    }

    private static string Describe(PartitionId partition, RefusedRecord record) =>
        $"The record at {partition} offset {record.Record.Offset} cannot be trained on ({record.Rejection.Stage}, {record.Rejection.ErrorType}): {record.Rejection.Message}";
}
