namespace StreamingContrastive.Contracts.Rows;

/// <summary>
/// Bytes of the three rows that a record becomes. They differ only where key rows carry hard negatives: a pipeline of one picture
/// says one number for all three.
/// </summary>
/// <param name="Query">Bytes of a query row.</param>
/// <param name="Key">Bytes of a key row.</param>
/// <param name="Clean">Bytes of an unaugmented row.</param>
public readonly record struct RowSizes(int Query, int Key, int Clean)
{
    /// <summary>Three rows of the same size.</summary>
    public static implicit operator RowSizes(int rowBytes) => FromInt32(rowBytes);

    /// <summary>Three rows of the same size.</summary>
    public static RowSizes FromInt32(int rowBytes) => new(rowBytes, rowBytes, rowBytes);

    /// <inheritdoc />
    public override string ToString() => Query == Key && Key == Clean ? $"{Query}" : $"{Query} (query), {Key} (key) and {Clean} (clean)";
}
