using System.Numerics.Tensors;

namespace StreamingContrastive.Learning.Evaluation;

/// <summary>Receives the neighbours of one query, the most similar first. Called from several threads at once.</summary>
internal delegate void NeighbourVisitor(int query, ReadOnlySpan<Neighbour> nearest);

/// <summary>
/// Exact search for the k nearest rows by cosine: blocks of queries on all cores, the bank in tiles that stay in a core's first cache.
/// Plain SIMD and no libtorch, so that the reader of a topic and the demo's baselines need no native library.
/// </summary>
internal static class NeighbourSearch
{
    private const int QueriesPerBlock = 32;
    private const int TileBytes = 16 * 1024;

    /// <param name="bank">Unit rows [N x dimension].</param>
    /// <param name="queries">Unit rows [M x dimension].</param>
    /// <param name="dimension">Values of a row.</param>
    /// <param name="k">Neighbours wanted, at most the rows that may be neighbours.</param>
    /// <param name="skipSameRow">True where queries are the bank: row i is no neighbour of query i.</param>
    /// <param name="visit">Called once a query.</param>
    /// <param name="cancellation">Stops between blocks.</param>
    public static void Run(
        float[] bank, float[] queries, int dimension, int k, bool skipSameRow, NeighbourVisitor visit, CancellationToken cancellation)
    {
        int queryCount = queries.Length / dimension;
        int blocks = (queryCount + QueriesPerBlock - 1) / QueriesPerBlock;
        var options = new ParallelOptions { CancellationToken = cancellation };
        Parallel.For(0, blocks, options, () => new Scratch(k, dimension), (block, _, scratch) =>
        {
            int first = block * QueriesPerBlock;
            int count = Math.Min(QueriesPerBlock, queryCount - first);
            SearchBlock(bank, queries, dimension, first, count, skipSameRow, scratch);
            for (int i = 0; i < count; i++)
            {
                visit(first + i, scratch.Heaps[i].Drain(scratch.Nearest));
            }

            return scratch;
        }, _ => { });
    }

    private static void SearchBlock(
        float[] bank, float[] queries, int dimension, int first, int count, bool skipSameRow, Scratch scratch)
    {
        int bankCount = bank.Length / dimension;
        for (int tile = 0; tile < bankCount; tile += scratch.TileRows)
        {
            int end = Math.Min(bankCount, tile + scratch.TileRows);
            for (int i = 0; i < count; i++)
            {
                int query = first + i;
                ReadOnlySpan<float> features = queries.AsSpan(query * dimension, dimension);
                int excluded = skipSameRow ? query : -1;
                TopNeighbours heap = scratch.Heaps[i];
                for (int row = tile; row < end; row++)
                {
                    if (row != excluded)
                    {
                        heap.Offer(TensorPrimitives.Dot(features, bank.AsSpan(row * dimension, dimension)), row);
                    }
                }
            }
        }
    }

    private sealed class Scratch(int k, int dimension)
    {
        public int TileRows { get; } = Math.Max(1, TileBytes / (dimension * sizeof(float)));

        public TopNeighbours[] Heaps { get; } = [.. Enumerable.Range(0, QueriesPerBlock).Select(_ => new TopNeighbours(k))];

        public Neighbour[] Nearest { get; } = new Neighbour[k];
    }
}
