namespace StreamingContrastive.Host.Web.Map;

/// <summary>The map as the page draws it.</summary>
/// <param name="Version">Model version.</param>
/// <param name="Step">Steps of that version's pass.</param>
/// <param name="Explained">Share of the variance that the plane keeps, 0 to 1.</param>
/// <param name="Labels">Names of the classes from 0; empty where nobody knows them.</param>
/// <param name="Parts">Parts of a record, in the order of their numbers.</param>
/// <param name="Points">Records of the sample; where they have several parts, one a part.</param>
internal sealed record MapView(long Version, long Step, double Explained, IReadOnlyList<string> Labels, IReadOnlyList<MapPart> Parts, IReadOnlyList<MapPoint> Points);

/// <summary>A part of a record.</summary>
/// <param name="Name">Its name in the pipeline file.</param>
/// <param name="IsText">A text; otherwise a picture.</param>
internal sealed record MapPart(string Name, bool IsText);

/// <summary>A record on the map.</summary>
/// <param name="Id">Its number in the sample.</param>
/// <param name="X">First coordinate.</param>
/// <param name="Y">Second coordinate.</param>
/// <param name="Part">Number of its part.</param>
/// <param name="Label">Class, or -1.</param>
/// <param name="Key">Its key, printable.</param>
/// <param name="Position">Where the record is.</param>
/// <param name="Text">How a text begins, printable; null for a picture.</param>
internal sealed record MapPoint(long Id, float X, float Y, int Part, int Label, string Key, string Position, string? Text);

/// <summary>A record's nearest neighbours in the sample, now and earlier.</summary>
/// <param name="Id">The record.</param>
/// <param name="Part">Number of its part.</param>
/// <param name="Label">Its class, or -1.</param>
/// <param name="Text">How a text begins, printable; null for a picture.</param>
/// <param name="Now">Under the newest version.</param>
/// <param name="Then">Under an earlier one; null where the record was not in the sample yet.</param>
/// <param name="Kept">How many are neighbours in both; null without an earlier version.</param>
internal sealed record NeighbourView(long Id, int Part, int Label, string? Text, NeighbourList Now, NeighbourList? Then, int? Kept);

/// <summary>Neighbours under one version, nearest first.</summary>
/// <param name="Version">Model version.</param>
/// <param name="VersionsAgo">How many embedded versions ago; 0 for the newest.</param>
/// <param name="Items">The neighbours.</param>
internal sealed record NeighbourList(long Version, int VersionsAgo, IReadOnlyList<MapNeighbour> Items);

/// <summary>A neighbour.</summary>
/// <param name="Id">Its number in the sample.</param>
/// <param name="Similarity">Cosine.</param>
/// <param name="Part">Number of its part.</param>
/// <param name="Label">Class, or -1.</param>
/// <param name="Key">Its key, printable.</param>
/// <param name="Text">How a text begins, printable; null for a picture.</param>
internal sealed record MapNeighbour(long Id, float Similarity, int Part, int Label, string Key, string? Text);
