using StreamingContrastive.Learning.Encoders;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Objectives.Losses;

/// <summary>
/// CLIP's loss (Radford et al. 2021, arXiv 2103.00020, Figure 3) of one direction; its plan weighs both directions with a half:
///   L_i = -log( exp(t s_ii) / ( exp(t s_ii) + sum_{j != i} w_ij exp(t s_ij) ) ),   t = exp(log_scale) learned, at most 100
/// cosines [R, 1] and [R, C] with gradient to both sides of the batch and to t. Returns [R]. InfoNCE with 1/T = t, in the same form;
/// a row without candidates is 0 and invalid.
/// </summary>
/// <param name="initialScale">t of the first step.</param>
internal sealed class ClipLoss(double initialScale) : ILearnableLoss
{
    private readonly LogitScale scale = new(initialScale, initialBias: null);

    public Needs Needs => Needs.SinglePositive;

    public NetworkLayout Layout => scale.Layout;

    public void Bind(NetworkState values) => scale.Bind(values);

    public void Clamp() => scale.Clamp();

    public LossScale Read() => scale.Read();

    public LossRows Forward(Direction direction)
    {
        using var scope = NewDisposeScope();
        var s = scale.Logits(SinglePositive.Cosine(direction, "CLIP's loss"));
        var scaled = direction with { Blocks = [.. direction.Blocks.Select(block => block.Origin == Origin.Positive ? block : block with { Cosine = scale.Logits(block.Cosine) })] };
        return LogSums.OverNegatives(scaled, 1) is not var (lse, valid)
            ? SinglePositive.NoCandidates(s)
            : SinglePositive.Finish(F.logsigmoid(s - lse).neg(), valid);
    }
}
