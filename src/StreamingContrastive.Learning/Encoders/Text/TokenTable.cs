using TorchSharp;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Encoders.Text;

/// <summary>
/// The embedding table of hashed n-grams, [buckets, d]. Ids of 31 bits are folded into rows 1..buckets - 1; row 0 is padding's, always 0
/// in effect: it enters no mean and no sum, and gets no gradient. Embeddings are the table's values times sqrt(d) (Vaswani et al. 2017,
/// arXiv 1706.03762, section 3.4): values are as small as other weights, so that one learning rate fits both. State-dict name: embeddings.weight.
/// </summary>
internal sealed class TokenTable
{
    private const long IdBits = int.MaxValue; // without the top bit, which marks the first id of a word
    private const long PaddingRow = 0;

    private readonly int weight;
    private readonly int buckets;
    private readonly double factor;

    public TokenTable(NetworkLayout layout, int buckets, int dimension)
    {
        (this.buckets, factor) = (buckets, Math.Sqrt(dimension));
        weight = layout.AddParameter("embeddings.weight", Initializer.UniformFanIn(dimension), buckets, dimension);
    }

    /// <summary>Rows of the table, [N, T] int64 ids -> [N, T] int64; padding stays 0.</summary>
    public Tensor Rows(Tensor ids)
    {
        var plain = ids.bitwise_and(IdBits);
        return plain.sub(1).remainder(buckets - 1).add(1).masked_fill(plain.eq(0), PaddingRow);
    }

    /// <summary>Where a word begins, [N, T] int64 ids -> [N, T] bool.</summary>
    public static Tensor WordStarts(Tensor ids) => ids.lt(0);

    /// <summary>The mean of the embeddings of each text, [N, T] rows -> [N, d]; zeros for a text of padding alone.</summary>
    public Tensor Mean(NetworkState state, Tensor rows)
    {
        using var bag = Bag(state, EmbeddingBagMode.Mean);
        return bag.call(rows, null, null) * factor;
    }

    /// <summary>Sums of the embeddings of consecutive runs, [L] rows and [M] first places -> [M, d].</summary>
    public Tensor Sums(NetworkState state, Tensor rows, Tensor offsets)
    {
        using var bag = Bag(state, EmbeddingBagMode.Sum);
        return bag.call(rows, offsets, null) * factor;
    }

    // The library offers the operation as a module only. This one shares the state's tensor, so that gradients arrive at it.
    private TorchSharp.Modules.EmbeddingBag Bag(NetworkState state, EmbeddingBagMode mode)
    {
        var table = state.Parameter(weight);
        return nn.EmbeddingBag_from_pretrained(table, freeze: !table.requires_grad, mode: mode, padding_index: PaddingRow);
    }
}
