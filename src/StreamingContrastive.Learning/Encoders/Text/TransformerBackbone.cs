using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Encoders.Text;

/// <summary>
/// A small transformer over words: [N, T] int64 ids -> [N, d]. A word is the sum of its n-gram embeddings, normalised, at its position;
/// pre-norm blocks with a padding mask; a last norm; the mean over words. As many word places are computed as the batch's longest text
/// has, so padding costs nothing and changes nothing; on an accelerator that number is one read-back a forward. A text of padding alone
/// gives finite values of no meaning. State-dict names: embeddings.weight, embeddings.norm, layers.i of torch's TransformerEncoder, norm.
/// </summary>
internal sealed class TransformerBackbone : IBackbone
{
    // Low enough that exp is 0 beside any score; -inf would make NaN of a text without words.
    private const double NoWord = -1e9;

    private readonly TokenTable table;
    private readonly LayerNormStep wordNorm;
    private readonly LayerNormStep lastNorm;
    private readonly SeededDropout dropout;
    private readonly TransformerBlock[] blocks;

    public TransformerBackbone(NetworkLayout layout, TextEncoderOptions options)
    {
        FeatureDimension = options.Dimension;
        table = new TokenTable(layout, options.Buckets, options.Dimension);
        wordNorm = new LayerNormStep(layout, "embeddings.norm", options.Dimension);
        dropout = new SeededDropout(options.Dropout);
        blocks = [.. Enumerable.Range(0, options.Depth).Select(i => new TransformerBlock(layout, $"layers.{i}", options))];
        lastNorm = new LayerNormStep(layout, "norm", options.Dimension);
    }

    public int FeatureDimension { get; }

    public Tensor Forward(ForwardPass pass, Tensor input)
    {
        var (words, there) = Words(pass, input); // [N, W, d], [N, W]
        var x = wordNorm.Forward(pass, words) + WordPositions.Of(words.shape[1], FeatureDimension, words);
        x = dropout.Apply(pass, x, "words");
        var mask = there.logical_not().to(x.dtype).mul(NoWord).unsqueeze(1).unsqueeze(1); // [N, W] -> [N, 1, 1, W]
        foreach (var block in blocks)
        {
            x = block.Forward(pass, x, mask);
        }

        var share = there.to(x.dtype).unsqueeze(2); // [N, W, 1]
        return (lastNorm.Forward(pass, x) * share).sum(1) / share.sum(1).clamp_min(1); // [N, W, d] -> [N, d]
    }

    public void Fold(NetworkState state, FoldedNetwork into)
    {
        // No normalisation with running statistics.
    }

    /// <summary>Sums of the embeddings of each word and where there is a word: [N, W, d] and [N, W] bool, W the most words of a text.</summary>
    private (Tensor Words, Tensor There) Words(ForwardPass pass, Tensor ids)
    {
        var (n, places) = (ids.shape[0], ids.shape[1]);
        // The first place begins a word even where it is padding: every text then has a run of its own, and padding adds 0 to the last one.
        var starts = TokenTable.WordStarts(ids).logical_or(arange(places, device: ids.device).eq(0)); // [N, T]
        var index = starts.to(ScalarType.Int64).cumsum(1).sub(1); // [N, T]: which word of its text
        var most = index.max().item<long>() + 1;
        var flat = starts.view(-1).nonzero().squeeze(1); // [M] places where words begin, text after text
        var sums = table.Sums(pass.State, table.Rows(ids).view(-1), flat); // [M, d]
        var target = index.add(arange(n, device: ids.device).mul(most).unsqueeze(1)).view(-1).index_select(0, flat); // [M]: row of N x W
        var words = zeros(n * most, FeatureDimension, sums.dtype, sums.device).index_copy(0, target, sums).view(n, most, FeatureDimension);
        var counts = TokenTable.WordStarts(ids).to(ScalarType.Int64).sum(1, keepdim: true); // [N, 1]
        return (words, arange(most, device: ids.device).unsqueeze(0).lt(counts));
    }
}
