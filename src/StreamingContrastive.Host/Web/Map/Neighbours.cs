using System.Collections.Immutable;
using System.Numerics.Tensors;
using StreamingContrastive.Host.Terminal;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Host.Web.Map;

/// <summary>Nearest neighbours within the sample, each list within one version: vectors of different versions are never compared.</summary>
internal static class Neighbours
{
    /// <summary>Neighbours that are shown.</summary>
    public const int Shown = 10;

    internal const int MostKey = 48;

    /// <summary>A record's text as it may be shown; null for a picture.</summary>
    public static string? Text(SampledRecord record) => record.Text is { } text ? SafeText.Line(text, SampledRecord.MostCharacters + 1) : null;

    /// <summary>Those of a record under the newest version and under the oldest that is kept; null where the record is not in the sample.</summary>
    public static NeighbourView? Of(ImmutableArray<SampledVersion> versions, long id)
    {
        if (versions.IsEmpty || Find(versions[^1], id) is not { } record)
        {
            return null;
        }

        var now = List(versions[^1], id, versionsAgo: 0)!;
        // The oldest version that knows the record: five versions ago once there are so many.
        NeighbourList? then = null;
        for (var i = 0; i < versions.Length - 1 && then is null; i++)
        {
            then = List(versions[i], id, versions.Length - 1 - i);
        }

        return new NeighbourView(id, record.Part, record.Label, Text(record), now, then, then?.Items.Select(n => n.Id).Intersect(now.Items.Select(n => n.Id)).Count());
    }

    private static NeighbourList? List(SampledVersion version, long id, int versionsAgo)
    {
        var self = IndexOf(version, id);
        if (self < 0)
        {
            return null;
        }

        var nearest = Enumerable.Range(0, version.Records.Length)
            .Where(i => i != self)
            .Select(i => (Index: i, Similarity: TensorPrimitives.Dot(version.Vector(self), version.Vector(i))))
            .OrderByDescending(n => n.Similarity)
            .Take(Shown);
        return new NeighbourList(version.ModelVersion, versionsAgo, [.. nearest.Select(n => Item(version.Records[n.Index], n.Similarity))]);
    }

    private static MapNeighbour Item(SampledRecord record, float similarity) => new(record.Id, similarity, record.Part, record.Label, SafeText.Bytes(record.Key, MostKey), Text(record));

    private static SampledRecord? Find(SampledVersion version, long id) => version.Records.FirstOrDefault(r => r.Id == id);

    private static int IndexOf(SampledVersion version, long id)
    {
        for (var i = 0; i < version.Records.Length; i++)
        {
            if (version.Records[i].Id == id)
            {
                return i;
            }
        }

        return -1;
    }
}
