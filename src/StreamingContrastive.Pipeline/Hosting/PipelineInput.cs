using Microsoft.Extensions.Logging;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Clients;
using StreamingContrastive.Pipeline.Kafka.Topics;
using StreamingContrastive.Pipeline.Monitoring;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Hosting;

/// <summary>What is asked of Kafka before the first record: brokers, topics, where partitions begin, held-out records.</summary>
internal sealed class PipelineInput : IDisposable
{
    private readonly PipelineOptions _options;
    private readonly ILogger _log;
    private readonly OffsetResolver _offsets;
    private readonly BrokerInfo _brokers;

    private PipelineInput(PipelineOptions options, PipelineRunSettings settings, BrokerInfo brokers, string clusterId, ILogger log)
    {
        (_options, _brokers, _log, ClusterId) = (options, brokers, log, clusterId);
        _offsets = new OffsetResolver(options.Kafka, options.Name, log, settings.Clock);
    }

    /// <summary>Id of the cluster that offsets refer to.</summary>
    public string ClusterId { get; }

    /// <summary>The brokers' own id of the cluster.</summary>
    public string BrokerClusterId => _brokers.ClusterId;

    /// <summary>Ids of the topics that offsets refer to, where the broker gives them.</summary>
    public IReadOnlyDictionary<string, string> TopicIds => _brokers.Topics
        .Where(t => t.TopicId is not null && t.Name == _options.Input.Topic)
        .ToDictionary(t => t.Name, t => t.TopicId!);

    /// <summary>The trainer's offset table at the start.</summary>
    public IReadOnlyDictionary<PartitionId, long> StartOffsets { get; private set; } = new Dictionary<PartitionId, long>();

    /// <summary>Waits for a broker, makes sure that the topics are there.</summary>
    public static async Task<PipelineInput> OpenAsync(PipelineOptions options, PipelineRunSettings settings, CancellationToken cancellation)
    {
        var log = settings.Logging.CreateLogger("Kafka");
        await BrokerProbe.ConnectAsync(options.Kafka, log, settings.Clock, cancellation).ConfigureAwait(false);
        using (var admin = new TopicAdmin(options.Kafka, options.Name, log, settings.Clock))
        {
            foreach (var result in await admin.EnsureAsync(PipelineTopics.Of(options), cancellation).ConfigureAwait(false))
            {
                log.LogInformation("{Topic}", result.Text);
            }
        }

        // Asked again: topics that were just created are in it, with their partitions.
        var brokers = await BrokerProbe.ConnectAsync(options.Kafka, log, settings.Clock, cancellation).ConfigureAwait(false);
        return new PipelineInput(options, settings, brokers, settings.ClusterId ?? brokers.ClusterId, log);
    }

    /// <summary>
    /// Completes the offset table: partitions that the checkpoint does not know begin where input:start says. Done once, before
    /// the first record, so that a lost first chunk is noticed like any other.
    /// </summary>
    public async Task ResolveStartsAsync(IReadOnlyDictionary<PartitionId, long>? checkpoint, CancellationToken cancellation)
    {
        var table = new Dictionary<PartitionId, long>(checkpoint ?? new Dictionary<PartitionId, long>());
        var unknown = PartitionsOf(_options.Input.Topic).Where(p => !table.ContainsKey(p)).ToList();
        if (unknown.Count > 0)
        {
            foreach (var (partition, range) in await _offsets.RangesAsync(unknown, cancellation).ConfigureAwait(false))
            {
                table[partition] = Begin(range);
            }
        }

        StartOffsets = table;
    }

    /// <summary>Where a partition that came later begins.</summary>
    public async Task<long> ResolveStartAsync(PartitionId partition) => Begin((await _offsets.RangesAsync([partition]).ConfigureAwait(false))[partition]);

    /// <summary>Reads and decodes the held-out topic; null when none is named.</summary>
    public async Task<HeldOutRecords?> ReadHeldOutAsync(CancellationToken cancellation)
    {
        if (_options.Monitor.HeldOutTopic is not { } topic)
        {
            return null;
        }

        var reader = new TopicReader(new TopicReaderOptions { Topic = topic, Consumer = KafkaClientSettings.Reader(_options.Kafka, _options.Name) });
        var records = await Task.Run(
            () => reader.Read(cancellation)
                .Take(_options.Monitor.QueryRecords)
                .Select(m => new SourceRecord(m.Offset, m.TimestampUnixMs, m.Key, m.Value, m.Headers))
                .ToList(),
            cancellation).ConfigureAwait(false);
        var heldOut = HeldOutRecords.Decode(records, _options.Input.Payload, _options.Input.LabelHeader);
        _log.LogInformation("{Count} labelled records held out in {Topic} for kNN ({Skipped} skipped)", heldOut.Labels.Length, topic, heldOut.Skipped);
        return heldOut;
    }

    /// <inheritdoc />
    public void Dispose() => _offsets.Dispose();

    private long Begin(OffsetRange range) => _options.Input.Start == StartPosition.Latest ? range.High : range.Low;

    private IEnumerable<PartitionId> PartitionsOf(string topic)
    {
        var info = _brokers.Topics.FirstOrDefault(t => t.Name == topic)
            ?? throw new KafkaRequestException($"The topic {topic} (input:topic) is not there and could not be created. Create it, or correct input:topic.");
        return Enumerable.Range(0, info.Partitions).Select(p => new PartitionId(topic, p));
    }
}
