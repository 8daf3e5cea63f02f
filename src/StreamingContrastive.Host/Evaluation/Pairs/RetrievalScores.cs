using StreamingContrastive.Learning.Evaluation;

namespace StreamingContrastive.Host.Evaluation.Pairs;

/// <summary>How often each part finds its own record's other part among those of all records asked about.</summary>
/// <param name="Ranks">By direction: the rank of each query, from 0, in the order of the records.</param>
internal sealed record RetrievalScores(IReadOnlyDictionary<string, int[]> Ranks)
{
    /// <summary>R@1, R@5 and R@10 of each direction, by name.</summary>
    public IReadOnlyDictionary<string, double> Figures(IEnumerable<PairDirection> directions) => (
        from direction in directions
        where Ranks.ContainsKey(direction.Name)
        from k in PairDirection.Recalls
        select (Name: direction.Figure(k), Value: PairRetrieval.Recall(Ranks[direction.Name], k))).ToDictionary(f => f.Name, f => f.Value);

    /// <summary>Asks in every direction whose two parts there are.</summary>
    public static RetrievalScores Of(IReadOnlyDictionary<string, PartVectors> vectors, IEnumerable<PairDirection> directions, CancellationToken cancellation) => new(
        directions.Where(d => vectors.ContainsKey(d.From) && vectors.ContainsKey(d.To)).ToDictionary(
            d => d.Name,
            d => PairRetrieval.Ranks(vectors[d.From].Rows, vectors[d.To].Rows, vectors[d.From].Dimension, cancellation)));
}
