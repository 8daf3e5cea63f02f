namespace StreamingContrastive.Learning.Evaluation;

/// <summary>
/// Purity of a clustering against classes: the share of rows that are of the commonest class of their cluster (Manning, Raghavan and Schütze
/// 2008, section 16.3). It rises with the number of clusters by itself: compare only the same number.
/// </summary>
public static class ClusterPurity
{
    /// <summary>Purity of an assignment.</summary>
    /// <param name="clusters">Cluster of each row; negative rows are left out.</param>
    /// <param name="labels">Class of each row; rows without one (negative) are left out.</param>
    /// <returns>Above 0 to 1; null where no row has both.</returns>
    /// <exception cref="ArgumentException">The two are of different lengths.</exception>
    public static double? Of(ReadOnlySpan<int> clusters, ReadOnlySpan<int> labels)
    {
        if (clusters.Length != labels.Length)
        {
            throw new ArgumentException($"There are {clusters.Length} clusters and {labels.Length} labels: one of each a row is needed.");
        }

        var members = new Dictionary<(int Cluster, int Label), int>();
        var rows = 0;
        for (var row = 0; row < clusters.Length; row++)
        {
            if (clusters[row] >= 0 && labels[row] >= 0)
            {
                members[(clusters[row], labels[row])] = members.GetValueOrDefault((clusters[row], labels[row])) + 1;
                rows++;
            }
        }

        return rows == 0 ? null : (double)members.GroupBy(m => m.Key.Cluster, m => m.Value).Sum(cluster => cluster.Max()) / rows;
    }
}
