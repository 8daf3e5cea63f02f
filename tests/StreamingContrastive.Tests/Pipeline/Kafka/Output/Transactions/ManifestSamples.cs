using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using StreamingContrastive.Pipeline.Checkpoints;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Output.Transactions;

/// <summary>Manifests that the tests of this folder announce.</summary>
internal static class ManifestSamples
{
    public static CheckpointManifest Of(long epoch, long step) => new()
    {
        FormatVersion = 1,
        ModelVersion = (ulong)(epoch * 1000 + step),
        SpaceId = "space",
        Epoch = epoch,
        Step = step,
        Sequence = 0,
        Parent = null,
        BranchedFrom = null,
        ClusterId = "",
        TopicIds = new Dictionary<string, string>(),
        NextOffsets = [],
        Counters = new CheckpointCounters(0, 0, 0, 0, 0),
        Seed = 1,
        CreatedAt = DateTimeOffset.UnixEpoch,
        Files = [],
        Checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{epoch}/{step}")))),
    };
}
