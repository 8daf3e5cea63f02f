using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Topics;

namespace StreamingContrastive.Pipeline.Hosting;

/// <summary>The topics of a pipeline, as topology/topics.json describes them.</summary>
public static class PipelineTopics
{
    /// <summary>Input and output topics.</summary>
    public static IReadOnlyList<TopicSpec> Of(PipelineOptions options) =>
    [
        .. TopicCatalog.LoadDefault().For(new TopicNames(options.Name), options.Input.Topic, options.Input.PublishedParts)
            .Select(t => new TopicSpec(t.Name, t.Partitions, t.ReplicationFactor, t.Config)),
    ];
}
