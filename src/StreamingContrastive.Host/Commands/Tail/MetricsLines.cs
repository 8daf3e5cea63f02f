using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;

namespace StreamingContrastive.Host.Commands.Tail;

/// <summary>Lines of NAME.metrics.</summary>
internal sealed class MetricsLines : MessageLines
{
    /// <inheritdoc />
    public override string TopicOf(TopicNames names) => names.Metrics;

    /// <inheritdoc />
    public override string Text(ReceivedMessage message)
    {
        var metrics = MetricsCodec.Decode(message.Value, message.Headers);
        var counters = metrics.Counters;
        var values = metrics.Values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => FormattableString.Invariant($"{v.Key}={v.Value:0.#####}"));
        return FormattableString.Invariant(
            $"step {metrics.Step} epoch {metrics.LineageEpoch} model {metrics.ModelVersion}  consumed {counters.Consumed} trained {counters.Trained} dead-lettered {counters.DeadLettered} tombstones {counters.Tombstones} published {counters.EmbeddingsPublished}  {string.Join(' ', values)}");
    }

    /// <inheritdoc />
    protected override byte[]? JsonValue(ReceivedMessage message)
    {
        var metrics = MetricsCodec.Decode(message.Value, message.Headers);
        return new MetricsCodec(metrics.Pipeline, WireFormat.Json).Encode(metrics).Value;
    }
}
