using System.Text.Json;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Host.Terminal;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Host.Web.Map;

/// <summary>
/// The map of the newest sampled version. One thread follows the board; any thread reads. A version's map is made once, aligned to the one
/// before it, and kept as the bytes that visitors get.
/// </summary>
internal sealed class EmbeddingMap(SampleBoard board, IReadOnlyList<string> labelNames, IReadOnlyList<RowPart> parts)
{
    private Dictionary<long, (float X, float Y)> _before = [];
    private volatile byte[]? _json;
    private SampledVersion? _shown;

    /// <summary>The map as JSON; null before the first version.</summary>
    public byte[]? Json => _json;

    /// <summary>Makes the map of the newest version where it is not made yet; says which version the map shows, 0 for none.</summary>
    public long Follow()
    {
        if (board.Versions is [.., var newest] && newest != _shown)
        {
            _json = JsonSerializer.SerializeToUtf8Bytes(Draw(newest), WebJson.Default.MapView);
            _shown = newest;
        }

        return _shown?.ModelVersion ?? 0;
    }

    /// <summary>A record's neighbours; null where it is not in the sample any more.</summary>
    public NeighbourView? NeighboursOf(long id) => Neighbours.Of(board.Versions, id);

    /// <summary>A record of any version that is kept: an old neighbour may have left the newest.</summary>
    public SampledRecord? Record(long id) => board.Versions.Reverse().SelectMany(v => v.Records).FirstOrDefault(r => r.Id == id);

    internal MapView Draw(SampledVersion version)
    {
        var points = PrincipalPlane.Project(version.Vectors.Span, version.Records.Length, version.Dimension);
        var pairs = version.Records
            .Select((record, index) => (record, index))
            .Where(r => _before.ContainsKey(r.record.Id))
            .Select(r => (r.index, _before[r.record.Id].X, _before[r.record.Id].Y))
            .ToList();
        PlaneAlignment.Align(points, pairs);
        _before = version.Records.Select((record, i) => (record.Id, Point: (points.X[i], points.Y[i]))).ToDictionary(r => r.Id, r => r.Point);
        return new MapView(
            version.ModelVersion,
            version.Step,
            points.Explained,
            labelNames,
            [.. parts.Select(p => new MapPart(p.Name, p.Kind == PartKind.Text))],
            [.. version.Records.Select((r, i) => new MapPoint(r.Id, points.X[i], points.Y[i], r.Part, r.Label, SafeText.Bytes(r.Key, Neighbours.MostKey), r.Position, Neighbours.Text(r)))]);
    }
}
