using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Encoders.Text;

/// <summary>
/// The mean of a text's n-gram embeddings (Joulin et al. 2016, arXiv 1607.01759) with dropout, then residual layers x + relu(W x + b):
/// [N, T] int64 ids -> [N, d]. Order and padding change nothing. Without layers it is linear in the counts of n-grams, and what contrast
/// learns is the table alone. State-dict names: embeddings.weight, layers.i.weight, layers.i.bias.
/// </summary>
internal sealed class BagBackbone : IBackbone
{
    private readonly TokenTable table;
    private readonly SeededDropout dropout;
    private readonly List<(int Weight, int Bias)> layers = [];

    public BagBackbone(NetworkLayout layout, TextEncoderOptions options)
    {
        table = new TokenTable(layout, options.Buckets, options.Dimension);
        dropout = new SeededDropout(options.Dropout);
        FeatureDimension = options.Dimension;
        for (var i = 0; i < options.Depth; i++)
        {
            var start = Initializer.UniformFanIn(options.Dimension);
            layers.Add((layout.AddParameter($"layers.{i}.weight", start, options.Dimension, options.Dimension), layout.AddParameter($"layers.{i}.bias", start, options.Dimension)));
        }
    }

    public int FeatureDimension { get; }

    public Tensor Forward(ForwardPass pass, Tensor input)
    {
        var x = dropout.Apply(pass, table.Mean(pass.State, table.Rows(input)), "mean"); // [N, T] -> [N, d]
        for (var i = 0; i < layers.Count; i++)
        {
            var (weight, bias) = layers[i];
            x = x + dropout.Apply(pass, F.linear(x, pass.State.Parameter(weight), pass.State.Parameter(bias)).relu_(), $"layer{i}");
        }

        return x;
    }

    public void Fold(NetworkState state, FoldedNetwork into)
    {
        // No normalisation with running statistics.
    }
}
