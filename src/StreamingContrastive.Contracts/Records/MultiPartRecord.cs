namespace StreamingContrastive.Contracts.Records;

/// <summary>A record of several parts, topology/contracts/record.proto: one entity seen in several ways. Its id is the message's key.</summary>
public sealed record MultiPartRecord
{
    /// <summary>The parts; their names are unique within a record that is right.</summary>
    public required IReadOnlyList<NamedPart> Parts { get; init; }

    /// <summary>Class from 0, or -1 for an unlabelled record.</summary>
    public int Label { get; init; } = -1;

    /// <summary>Records that look alike and are not.</summary>
    public IReadOnlyList<RecordNegative> HardNegatives { get; init; } = [];
}

/// <summary>One way of seeing an entity.</summary>
/// <param name="Name">The name by which the pipeline file refers to the part.</param>
/// <param name="MediaType">IANA media type of the data, or empty where the pipeline file says it all.</param>
/// <param name="Data">The data.</param>
public readonly record struct NamedPart(string Name, string MediaType, ReadOnlyMemory<byte> Data);

/// <summary>An explicit negative: carried here, or named by the key of another record. Exactly one of the two is there.</summary>
public sealed record RecordNegative
{
    /// <summary>Parts that stand in for the record's parts of the same names; null for a reference.</summary>
    public IReadOnlyList<NamedPart>? Inline { get; init; }

    /// <summary>Key of another record; null for an inline negative.</summary>
    public ReadOnlyMemory<byte>? RecordKey { get; init; }
}
