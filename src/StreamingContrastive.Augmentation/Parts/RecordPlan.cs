namespace StreamingContrastive.Augmentation.Parts;

/// <summary>How records of several parts are read.</summary>
/// <param name="Parts">The parts, in the order of the row.</param>
/// <param name="IsJson">JSON; otherwise protobuf, topology/contracts/record.proto.</param>
/// <param name="MaxRecordBytes">Longest record that is looked at.</param>
/// <param name="RefusesMissing">Whether a record that lacks a part which is not optional is refused.</param>
/// <param name="References">Most hard negatives that a record names by key.</param>
public sealed record RecordPlan(IReadOnlyList<PartPlan> Parts, bool IsJson, int MaxRecordBytes, bool RefusesMissing, int References)
{
    /// <summary>Whether a part that is not among <see cref="Parts"/> is skipped. Default false: it refuses the record.</summary>
    public bool IgnoresUnknown { get; init; }

    /// <summary>Characters of each text that are kept beside its row for people to read. Default 0: none, at no cost.</summary>
    public int ExcerptCharacters { get; init; }
}
