namespace StreamingContrastive.Learning.Evaluation;

/// <summary>What one kNN setting scored.</summary>
/// <param name="Settings">The settings asked for.</param>
/// <param name="Accuracy">Share of queries given their own class, 0 to 1.</param>
/// <param name="NeighboursUsed">Neighbours that voted: the k asked for, or all of a smaller bank.</param>
/// <param name="BankCount">Rows of the bank.</param>
/// <param name="QueryCount">Rows that were classified.</param>
public sealed record KnnResult(KnnSettings Settings, double Accuracy, int NeighboursUsed, int BankCount, int QueryCount)
{
    /// <summary>True where the bank was smaller than k, so that the figure is one of another k.</summary>
    public bool Clamped => NeighboursUsed < Settings.Neighbours;

    /// <inheritdoc />
    public override string ToString() =>
        $"kNN k={NeighboursUsed}{(Clamped ? $" (asked for {Settings.Neighbours}, the bank holds no more)" : "")}"
        + $" T={Settings.Temperature:0.###}: {Accuracy:0.0000} of {QueryCount} queries, bank {BankCount}";
}
