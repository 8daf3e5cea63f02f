namespace StreamingContrastive.Pipeline.Publishing;

/// <summary>What a batch publishes of one part.</summary>
/// <param name="Part">Name of the part where records have several; null where they have one.</param>
/// <param name="Vectors">[rows x dimension], normalised.</param>
/// <param name="Present">Which rows have the part; empty: all.</param>
internal readonly record struct PartVectors(string? Part, ReadOnlyMemory<float> Vectors, ReadOnlyMemory<bool> Present)
{
    /// <summary>Whether a row has the part.</summary>
    public bool Has(int row) => Present.IsEmpty || Present.Span[row];
}
