using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Host.Web;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Tests.Host.Web;

/// <summary>A board that a test fills in, as a pipeline of 2x2 grey pictures would.</summary>
internal static class DashboardFixture
{
    public static DashboardSubject Subject(TimeProvider? clock = null, string name = "pipeline") => new(
        new PipelineOptions
        {
            Name = name,
            Kafka = new KafkaOptions { BootstrapServers = "127.0.0.1:1" }, // Nobody answers there.
            Monitor = new MonitorOptions { HeldOutTopic = "held-out" },
            Input = new InputOptions { Payload = new PayloadOptions { Format = PayloadFormat.Raw, Height = 2, Width = 2, Channels = 1 } },
        },
        new ProgressBoard(),
        new StageTimes(),
        NullLoggerFactory.Instance,
        clock ?? TimeProvider.System)
    {
        LabelNames = ["zero", "one"],
    };

    /// <summary>What is in its rows.</summary>
    public static IReadOnlyList<RowPart> Parts { get; } = RowLayout.OnePicture(2, 2, 1).Parts;

    /// <summary>Records with one-hot-like vectors: neighbours are those with the next angle.</summary>
    public static SampledVersion Version(long version, double turn = 0, string key = "key", params long[] ids)
    {
        var vectors = new float[ids.Length * 3];
        for (var i = 0; i < ids.Length; i++)
        {
            var angle = (ids[i] * 0.1 * (1 + (0.01 * ids[i]))) + turn; // Gaps widen, so that no two neighbours are equally near.
            (vectors[3 * i], vectors[(3 * i) + 1]) = ((float)Math.Cos(angle), (float)Math.Sin(angle));
        }

        ImmutableArray<SampledRecord> records = [.. ids.Select(id => new SampledRecord(id, new byte[] { (byte)id, 0, 0, 255 }, (int)(id % 2), System.Text.Encoding.UTF8.GetBytes($"{key}-{id}"), $"records[0] offset {id}"))];
        return new SampledVersion(version, version * 10, records, vectors, 3);
    }
}
