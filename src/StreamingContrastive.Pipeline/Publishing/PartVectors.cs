using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Pipeline.Publishing;

/// <summary>What a batch publishes of one part.</summary>
/// <param name="Part">Name of the part where records have several; null where they have one.</param>
/// <param name="Vectors">[rows x dimension], normalised.</param>
/// <param name="Present">Which rows have the part; empty: all.</param>
internal readonly record struct PartVectors(string? Part, ReadOnlyMemory<float> Vectors, ReadOnlyMemory<bool> Present)
{
    /// <summary>Whether a row has the part.</summary>
    public bool Has(int row) => Present.IsEmpty || Present.Span[row];

    /// <summary>Rows that lack it.</summary>
    public int Missing => Present.Span.Count(false);

    /// <summary>What a step publishes.</summary>
    /// <param name="step">The step.</param>
    /// <param name="layout">What a row consists of; null: one picture.</param>
    public static IReadOnlyList<PartVectors> Of(in StepOutcome step, RowLayout? layout) => layout is { Parts.Count: > 1 } && step.Parts is { } parts
        ? [.. parts.Select(p => new PartVectors(p.Part, p.Vectors, p.Present))]
        : [new PartVectors(null, step.Embeddings, default)];
}
