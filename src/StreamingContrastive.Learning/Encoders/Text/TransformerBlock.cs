using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Encoders.Text;

/// <summary>
/// A pre-norm transformer block (Vaswani et al. 2017, arXiv 1706.03762; the norm before each half as in Xiong et al. 2020, arXiv
/// 2002.04745): x + attention(norm1 x), then x + mlp(norm2 x) with GELU and 4 d hidden units. State-dict names are those of torch's
/// TransformerEncoderLayer with norm_first.
/// </summary>
internal sealed class TransformerBlock
{
    private const int HiddenFactor = 4;

    private readonly string name;
    private readonly int heads;
    private readonly SeededDropout dropout;
    private readonly LayerNormStep first;
    private readonly LayerNormStep second;
    private readonly (int Weight, int Bias) projections, output, widen, narrow;

    public TransformerBlock(NetworkLayout layout, string name, TextEncoderOptions options)
    {
        (this.name, heads, dropout) = (name, options.Heads, new SeededDropout(options.Dropout));
        var d = options.Dimension;
        projections = (layout.AddParameter($"{name}.self_attn.in_proj_weight", Initializer.UniformFanIn(d), 3 * d, d), layout.AddParameter($"{name}.self_attn.in_proj_bias", Initializer.Constant(0), 3 * d));
        output = Linear(layout, "self_attn.out_proj", d, d);
        widen = Linear(layout, "linear1", d, HiddenFactor * d);
        narrow = Linear(layout, "linear2", HiddenFactor * d, d);
        first = new LayerNormStep(layout, $"{name}.norm1", d);
        second = new LayerNormStep(layout, $"{name}.norm2", d);
    }

    /// <summary>[N, W, d] -> [N, W, d].</summary>
    /// <param name="pass">The forward.</param>
    /// <param name="x">Words, [N, W, d].</param>
    /// <param name="mask">Added to attention scores, [N, 1, 1, W]: 0 for a word, very low for none.</param>
    public Tensor Forward(ForwardPass pass, Tensor x, Tensor mask)
    {
        x = x + dropout.Apply(pass, Attend(pass, first.Forward(pass, x), mask), $"{name}/attended");
        var hidden = dropout.Apply(pass, F.gelu(Linear(pass, second.Forward(pass, x), widen)), $"{name}/hidden"); // [N, W, 4 d]
        return x + dropout.Apply(pass, Linear(pass, hidden, narrow), $"{name}/mlp");
    }

    private Tensor Attend(ForwardPass pass, Tensor x, Tensor mask)
    {
        var (n, words, d) = (x.shape[0], x.shape[1], x.shape[2]);
        var parts = Linear(pass, x, projections).view(n, words, 3, heads, d / heads).permute(2, 0, 3, 1, 4); // [3, N, heads, W, d / heads]
        var scores = parts[0].matmul(parts[1].transpose(2, 3)).div(Math.Sqrt((double)d / heads)).add(mask); // [N, heads, W, W]
        var shares = dropout.Apply(pass, scores.softmax(-1), $"{name}/shares");
        var mixed = shares.matmul(parts[2]).transpose(1, 2).reshape(n, words, d); // [N, heads, W, d / heads] -> [N, W, d]
        return Linear(pass, mixed, output);
    }

    private (int Weight, int Bias) Linear(NetworkLayout layout, string part, int inputs, int outputs) =>
        (layout.AddParameter($"{name}.{part}.weight", Initializer.UniformFanIn(inputs), outputs, inputs), layout.AddParameter($"{name}.{part}.bias", Initializer.Constant(0), outputs));

    private static Tensor Linear(ForwardPass pass, Tensor x, (int Weight, int Bias) at) =>
        F.linear(x, pass.State.Parameter(at.Weight), pass.State.Parameter(at.Bias));
}
