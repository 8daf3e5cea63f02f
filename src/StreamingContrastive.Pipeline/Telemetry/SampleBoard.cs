using System.Collections.Immutable;

namespace StreamingContrastive.Pipeline.Telemetry;

/// <summary>A record of the sample, or one part of it where records have several. Nobody changes it once it is here.</summary>
/// <param name="Id">Number of its admission to the sample, from 1; unique in a process.</param>
/// <param name="Row">Clean view: of a picture uint8, channels last; of a text its ids, which <see cref="Text"/> is for people.</param>
/// <param name="Label">Class, or -1.</param>
/// <param name="Key">The record's key, from a stranger; null when it was null.</param>
/// <param name="Position">Topic, partition and offset.</param>
public sealed record SampledRecord(long Id, ReadOnlyMemory<byte> Row, int Label, byte[]? Key, string Position)
{
    /// <summary>Characters of a text that are kept.</summary>
    public const int MostCharacters = 200;

    /// <summary>Index of the part in the row; 0 for a record that is one picture.</summary>
    public int Part { get; init; }

    /// <summary>How the text begins, from a stranger, at most <see cref="MostCharacters"/> and an ellipsis; null for a picture.</summary>
    public string? Text { get; init; }
}

/// <summary>The sample as one model version sees it.</summary>
/// <param name="ModelVersion">The version.</param>
/// <param name="Step">Optimizer steps when it was embedded.</param>
/// <param name="Records">The records.</param>
/// <param name="Vectors">[Records x Dimension] unit rows of the published snapshot, all finite.</param>
/// <param name="Dimension">Values of a vector.</param>
public sealed record SampledVersion(long ModelVersion, long Step, ImmutableArray<SampledRecord> Records, ReadOnlyMemory<float> Vectors, int Dimension)
{
    /// <summary>The vector of a record.</summary>
    public ReadOnlySpan<float> Vector(int record) => Vectors.Span.Slice(record * Dimension, Dimension);
}

/// <summary>Where the trainer leaves a sample of records with their vectors under the last versions. One immutable value, no lock.</summary>
public sealed class SampleBoard
{
    /// <summary>Versions that are kept: the newest and the five before it.</summary>
    public const int MostVersions = 6;

    private volatile VersionList _versions = new([]);
    private long _admitted;

    /// <summary>The versions, oldest first.</summary>
    public ImmutableArray<SampledVersion> Versions => _versions.Items;

    internal long NextId() => Interlocked.Increment(ref _admitted);

    internal void Add(SampledVersion version)
    {
        var kept = _versions.Items;
        _versions = new(kept.Length < MostVersions ? kept.Add(version) : kept.RemoveAt(0).Add(version)); // One trainer at a time writes.
    }

    // An immutable array is a struct, and a volatile field must be a reference.
    private sealed record VersionList(ImmutableArray<SampledVersion> Items);
}
