using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Clients;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Topics;

/// <summary>The offsets that a partition holds: [Low, High).</summary>
/// <param name="Low">Its oldest offset.</param>
/// <param name="High">The offset that its next record will get.</param>
public readonly record struct OffsetRange(long Low, long High);

/// <summary>
/// Asks the brokers for offsets, many partitions a request. Through the admin client: a consumer would need a group and a thread of its
/// own, and asks one partition after the other.
/// </summary>
public sealed class OffsetResolver : IDisposable
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(15);

    private readonly IAdminClient _admin;

    /// <summary>Builds the client; no broker is asked yet.</summary>
    /// <param name="options">The kafka section.</param>
    /// <param name="clientId">client.id: the pipeline's name.</param>
    /// <param name="logger">Where the client's own messages go.</param>
    /// <param name="clock">Clock of the log filter.</param>
    /// <exception cref="KafkaSettingException">A setting cannot be used.</exception>
    public OffsetResolver(KafkaOptions options, string clientId, ILogger logger, TimeProvider clock) =>
        _admin = new KafkaClients(options, clientId, logger, clock).Admin();

    /// <summary>Low and high watermark of each partition.</summary>
    /// <exception cref="KafkaRequestException">A partition does not exist, or no answer within 15 s.</exception>
    public async Task<IReadOnlyDictionary<PartitionId, OffsetRange>> RangesAsync(IReadOnlyCollection<PartitionId> partitions, CancellationToken cancel = default)
    {
        var low = await AskAsync(partitions, OffsetSpec.Earliest(), cancel).ConfigureAwait(false);
        var high = await AskAsync(partitions, OffsetSpec.Latest(), cancel).ConfigureAwait(false);
        return partitions.ToDictionary(partition => partition, partition => new OffsetRange(low[partition], high[partition]));
    }

    /// <summary>The first offset of each partition whose record is not older than a moment; the high watermark where all are older.</summary>
    /// <remarks>The embedded broker knows no times and always answers with the high watermark.</remarks>
    /// <exception cref="KafkaRequestException">A partition does not exist, or no answer within 15 s.</exception>
    public async Task<IReadOnlyDictionary<PartitionId, long>> OffsetsAtAsync(IReadOnlyCollection<PartitionId> partitions, DateTimeOffset moment,
        CancellationToken cancel = default)
    {
        var found = await AskAsync(partitions, OffsetSpec.ForTimestamp(moment.ToUnixTimeMilliseconds()), cancel).ConfigureAwait(false);
        var beyond = found.Where(pair => pair.Value < 0).Select(pair => pair.Key).ToArray();
        if (beyond.Length == 0)
        {
            return found;
        }

        var ends = await AskAsync(beyond, OffsetSpec.Latest(), cancel).ConfigureAwait(false);
        return found.ToDictionary(pair => pair.Key, pair => pair.Value < 0 ? ends[pair.Key] : pair.Value);
    }

    /// <inheritdoc />
    public void Dispose() => _admin.Dispose();

    private async Task<IReadOnlyDictionary<PartitionId, long>> AskAsync(IReadOnlyCollection<PartitionId> partitions, OffsetSpec spec, CancellationToken cancel)
    {
        if (partitions.Count == 0)
        {
            return new Dictionary<PartitionId, long>();
        }

        var request = partitions.Select(partition => new TopicPartitionOffsetSpec
        {
            TopicPartition = new TopicPartition(partition.Topic, partition.Partition),
            OffsetSpec = spec,
        });
        try
        {
            // Open transactions count as well: the range says what is stored, not what a read_committed consumer may see yet.
            var options = new ListOffsetsOptions { RequestTimeout = RequestTimeout, IsolationLevel = IsolationLevel.ReadUncommitted };
            var answer = await _admin.ListOffsetsAsync(request, options).WaitAsync(cancel).ConfigureAwait(false);
            return answer.ResultInfos.Select(info => info.TopicPartitionOffsetError)
                .ToDictionary(offset => new PartitionId(offset.Topic, offset.Partition.Value), offset => offset.Offset.Value);
        }
        catch (ListOffsetsException e)
        {
            var wrong = e.Result.ResultInfos.Select(info => info.TopicPartitionOffsetError).Where(offset => offset.Error.IsError)
                .Select(offset => $"{offset.Topic}[{offset.Partition.Value}]: {offset.Error.Reason}");
            throw new KafkaRequestException($"Offsets could not be read: {string.Join("; ", wrong)}. 'topics list' shows the topics and their partitions.", e);
        }
        catch (KafkaException e)
        {
            throw new KafkaRequestException($"Offsets of {string.Join(", ", partitions)} could not be read: {e.Error.Reason}.", e);
        }
    }
}
