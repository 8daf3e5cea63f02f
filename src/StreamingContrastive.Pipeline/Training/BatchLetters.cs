using StreamingContrastive.Augmentation;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>
/// Dead letters of whole batches. The trainer has pixels and no records any more, so the records are read again by position: that costs
/// something only when a batch is bad, where keeping every record's value until it is trained would cost memory all the time. One
/// that the topic no longer holds is lettered with its key and without its value.
/// </summary>
/// <param name="policy">Whether bad records are lettered or end the pipeline.</param>
/// <param name="read">Reads records of one partition by their offsets, ascending; those that are gone are missing from the answer.</param>
/// <param name="write">Writes letters, and returns when the broker has them.</param>
/// <param name="metrics">Instruments.</param>
/// <param name="board">Where people look at letters.</param>
internal sealed class BatchLetters(
    BadRecordPolicy policy,
    Func<PartitionId, IReadOnlyList<long>, CancellationToken, Task<IReadOnlyDictionary<long, SourceRecord>>> read,
    Func<PartitionId, IReadOnlyList<RefusedRecord>, CancellationToken, Task> write,
    PipelineMetrics metrics,
    LetterBoard? board = null)
{
    private const string Stage = "train";
    private const string ErrorType = "NonFinite";

    /// <summary>Returns when the broker has acknowledged a letter for every record of every batch.</summary>
    /// <exception cref="BadRecordException">deadLetters:policy is Fail.</exception>
    public async Task SendAsync(IReadOnlyList<RefusedBatch> batches, CancellationToken cancellation)
    {
        foreach (var batch in batches)
        {
            foreach (var (partition, rows) in ByPartition(batch.Positions))
            {
                if (policy == BadRecordPolicy.Fail)
                {
                    throw new BadRecordException(
                        $"A batch with {partition} offsets {rows[0].Offset} to {rows[^1].Offset} cannot be trained on: {batch.Reason}. deadLetters:policy is Fail; with DeadLetter its records go to the dead-letter topic and the stream goes on.");
                }

                await SendAsync(partition, rows, batch.Reason, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task SendAsync(PartitionId partition, List<PairMeta> rows, string reason, CancellationToken cancellation)
    {
        var records = await read(partition, rows.ConvertAll(r => r.Offset), cancellation).ConfigureAwait(false);
        var letters = rows.ConvertAll(row => records.TryGetValue(row.Offset, out var record)
            ? new RefusedRecord(record, new Rejection(Stage, ErrorType, $"In the batch of this record {reason}."))
            : new RefusedRecord(
                new SourceRecord(row.Offset, row.EventTimeUnixMs, row.Key, null, []),
                new Rejection(Stage, ErrorType, $"In the batch of this record {reason}. The topic no longer holds the record, so its value is missing here.")));
        await write(partition, letters, cancellation).ConfigureAwait(false);
        foreach (var letter in letters)
        {
            metrics.DeadLettered(Stage, ErrorType);
            board?.Add($"{partition} offset {letter.Record.Offset}", letter.Record.Key, Stage, ErrorType, letter.Rejection.Message);
        }
    }

    private static Dictionary<PartitionId, List<PairMeta>> ByPartition(BatchPositions positions)
    {
        var rows = new Dictionary<PartitionId, List<PairMeta>>();
        for (var row = 0; row < positions.Count; row++)
        {
            var partition = positions.PartitionOf(row);
            if (!rows.TryGetValue(partition, out var list))
            {
                rows[partition] = list = [];
            }

            list.Add(positions.Rows[row]); // In offset order: that is how the assembler takes a partition's pairs.
        }

        return rows;
    }
}
