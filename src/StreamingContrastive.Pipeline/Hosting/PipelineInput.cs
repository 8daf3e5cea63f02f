using Microsoft.Extensions.Logging;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Ingest;
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
    private readonly bool _isNamedCluster;

    private PipelineInput(PipelineOptions options, PipelineRunSettings settings, BrokerInfo brokers, string clusterId, ILogger log)
    {
        (_options, _brokers, _log, ClusterId) = (options, brokers, log, clusterId);
        _isNamedCluster = settings.ClusterId is not null;
        _offsets = new OffsetResolver(options.Kafka, options.Name, log, settings.Clock);
    }

    /// <summary>Id of the cluster that offsets refer to.</summary>
    public string ClusterId { get; }

    /// <summary>
    /// Ids of the topics that offsets refer to, where the broker gives them. None where whoever hosts the run vouches for the
    /// cluster: an embedded broker gives its topics new ids at every start.
    /// </summary>
    public IReadOnlyDictionary<string, string> TopicIds => _isNamedCluster ? new Dictionary<string, string>() : InputOrigin.TopicIdsOf(_brokers, _options.Input.Topic);

    /// <summary>The brokers' own id of the cluster.</summary>
    public string BrokerClusterId => _brokers.ClusterId;

    /// <summary>The trainer's offset table at the start.</summary>
    public IReadOnlyDictionary<PartitionId, long> StartOffsets { get; private set; } = new Dictionary<PartitionId, long>();

    /// <summary>Waits for a broker, makes sure that the topics are there.</summary>
    public static async Task<PipelineInput> OpenAsync(PipelineOptions options, PipelineRunSettings settings, CancellationToken cancellation)
    {
        var log = settings.Logging.CreateLogger("Kafka");
        await BrokerProbe.ConnectAsync(options.Kafka, log, settings.Clock, cancellation).ConfigureAwait(false);
        using (var admin = new TopicAdmin(options.Kafka, options.Name, log, settings.Clock))
        {
            await admin.EnsureAsync(PipelineTopics.Of(options), cancellation).ConfigureAwait(false); // It logs what it did.
        }

        // Asked again: topics that were just created are in it, with their partitions.
        var brokers = await BrokerProbe.ConnectAsync(options.Kafka, log, settings.Clock, cancellation).ConfigureAwait(false);
        return new PipelineInput(options, settings, brokers, settings.ClusterId ?? brokers.ClusterId, log);
    }

    /// <summary>Refuses a checkpoint whose offsets do not belong to this input; before an epoch is claimed.</summary>
    /// <exception cref="CheckpointOriginException">They do not.</exception>
    public async Task RequireOriginAsync(CheckpointManifest? checkpoint, CancellationToken cancellation)
    {
        if (checkpoint is not null)
        {
            var now = await InputOrigin.OfAsync(_options, _brokers, ClusterId, _offsets, cancellation).ConfigureAwait(false);
            OriginCheck.RequireSame(checkpoint, now with { TopicIds = TopicIds }, _options.Name);
        }
    }

    /// <summary>
    /// Completes the offset table: partitions that the checkpoint does not know begin where input:start says. Done once, before
    /// the first record, so that a lost first chunk is noticed like any other.
    /// </summary>
    public async Task ResolveStartsAsync(IReadOnlyDictionary<PartitionId, long>? checkpoint, CancellationToken cancellation)
    {
        var table = new Dictionary<PartitionId, long>(checkpoint ?? new Dictionary<PartitionId, long>());
        var unknown = InputOrigin.PartitionsOf(_brokers, _options.Input.Topic).Where(p => !table.ContainsKey(p)).ToList();
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

    /// <summary>Reads and decodes the held-out topic; nothing when none is named.</summary>
    public async Task<HeldOutSet> ReadHeldOutAsync(CancellationToken cancellation)
    {
        if (_options.Monitor.HeldOutTopic is not { } topic)
        {
            return new HeldOutSet(null, null);
        }

        var reader = new TopicReader(new TopicReaderOptions { Topic = topic, Consumer = KafkaClientSettings.Reader(_options.Kafka, _options.Name) });
        var records = await Task.Run(
            () => reader.Read(cancellation)
                .Take(_options.Monitor.QueryRecords)
                .Select(m => new SourceRecord(m.Offset, m.TimestampUnixMs, m.Key, m.Value, m.Headers))
                .ToList(),
            cancellation).ConfigureAwait(false);
        if (_options.Input.Parts.Count > 0)
        {
            var rows = HeldOutRows.Decode(records, _options.Input.Layout, RowConstructors.Of(_options.Input, _options.Augmentation));
            _log.LogInformation("{Count} records held out in {Topic} for retrieval between parts ({Skipped} skipped)", rows.Count, topic, rows.Skipped);
            return new HeldOutSet(null, rows);
        }

        var heldOut = HeldOutRecords.Decode(records, _options.Input.Payload, _options.Input.LabelHeader);
        _log.LogInformation("{Count} labelled records held out in {Topic} for kNN ({Skipped} skipped)", heldOut.Labels.Length, topic, heldOut.Skipped);
        return new HeldOutSet(heldOut, null);
    }

    /// <inheritdoc />
    public void Dispose() => _offsets.Dispose();

    private long Begin(OffsetRange range) => _options.Input.Start == StartPosition.Latest ? range.High : range.Low;
}
