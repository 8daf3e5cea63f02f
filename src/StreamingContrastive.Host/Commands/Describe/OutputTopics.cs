using System.Text;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Host.Commands.Describe;

/// <summary>
/// Describes the output topics. The headers are those of an encoded sample, not a second list of them: the description cannot
/// drift from what is written.
/// </summary>
internal static class OutputTopics
{
    private static readonly SourcePosition Source = new("t", 0, 0);

    /// <summary>One block a topic.</summary>
    public static void Describe(StringBuilder text, PipelineOptions options)
    {
        var catalog = TopicCatalog.LoadDefault().For(new TopicNames(options.Name), options.Input.Topic, options.Input.PublishedParts).ToLookup(t => t.Role);
        var format = options.Output.Format.OfDocuments();
        var embeddings = new EmbeddingCodec(options.Name, options.Output.Format.OfEmbeddings());
        var name = TopologyDescription.Name(format);
        var part = options.Input.PublishedParts?[0];
        var key = options.Output.Format == EmbeddingFormat.Qdrant ? "the id of the record's point" : "the record's key";
        Topic(text, catalog, TopicRole.Embeddings, $"{TopologyDescription.Name(options.Output.Format)} embedding or tombstone a record, keyed by {key}");
        Headers(text, "embedding", embeddings.Encode(Embedding() with { Part = part }).Headers);
        Headers(text, "tombstone", embeddings.EncodeTombstone(new PublishedTombstone { Source = Source, EventTimeUnixMs = 0, Part = part }).Headers);
        Topic(text, catalog, TopicRole.Metrics, $"{name} metrics every {options.Output.MetricsEverySteps} steps");
        Headers(text, "metrics", new MetricsCodec(options.Name, format).Encode(Metrics(options.Name)).Headers);
        Topic(text, catalog, TopicRole.Models, $"{name} announcement of every checkpoint's model version");
        Headers(text, "model", new ModelAnnouncementCodec(options.Name, format).Encode(Model(options.Name)).Headers);
        Topic(text, catalog, TopicRole.DeadLetters, "refused records, key and value untouched");
        Headers(text, "letter", DeadLetterHeaders.Build(options.Name, new DeadLetter(Source, "s", "e", "m", 0), []));
    }

    private static void Topic(StringBuilder text, ILookup<TopicRole, TopicSpecification> catalog, TopicRole role, string holds)
    {
        foreach (var topic in catalog[role])
        {
            var config = string.Join(' ', topic.Config.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key}={c.Value}"));
            TopologyDescription.Line(text, $"output topic {topic.Name}: {holds}");
            TopologyDescription.Line(text, $"  partitions {topic.Partitions}, {config}");
        }
    }

    private static void Headers(StringBuilder text, string of, IEnumerable<RecordHeader> headers) =>
        TopologyDescription.Line(text, $"  {of,-9} headers {string.Join(' ', headers.Select(h => h.Key))}");

    // An event time is given, so that the optional ce_time appears; traceparent and tracestate appear where the record's producer wrote them.
    private static PublishedEmbedding Embedding() => new()
    {
        Source = Source,
        Vector = new float[] { 1 },
        Normalised = true,
        ModelVersion = 1,
        SpaceId = "s",
        EventTimeUnixMs = 0,
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        TraceState = "vendor=1",
    };

    private static MetricsRecord Metrics(string pipeline) => new()
    {
        Pipeline = pipeline,
        LineageEpoch = 1,
        Step = 1,
        ModelVersion = 1,
        TimeUnixMs = 0,
        Counters = new RecordCounters(0, 0, 0, 0, 0, 0),
        Values = new Dictionary<string, double>(),
    };

    private static ModelAnnouncement Model(string pipeline) => new()
    {
        Pipeline = pipeline,
        Version = 1,
        SpaceId = "s",
        LineageEpoch = 1,
        Step = 1,
        Checkpoint = "c",
        ManifestSha256 = new string('0', 64),
        Dimension = 1,
        SourceOffsets = [],
        CreatedUnixMs = 0,
    };
}
