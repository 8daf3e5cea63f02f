using StreamingContrastive.Learning.Encoders;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Objectives.Losses;

/// <summary>
/// SigLIP's loss (Zhai et al. 2023, arXiv 2303.15343, Eq. 1 and Algorithm 1) of one direction; over a batch both directions sum the same
/// pairs, so their half weights make one of it:
///   L_i = -log sigmoid(t s_ii + b) - sum_{j != i} w_ij log sigmoid(y_ij (t s_ij + b)),   y = 1 for marked positives, else -1
/// cosines [R, n] and [R, C] with gradient to both sides of the batch, t = exp(log_scale) (at most 100) and b learned. Returns [R]. Every
/// pair is judged alone, so log-weights mean nothing to it but a factor, 0 for a removed one; a row without negatives is valid.
/// </summary>
/// <param name="initialScale">t of the first step, 10 in the paper.</param>
/// <param name="initialBias">b of the first step, -10 in the paper: nearly all pairs are negatives.</param>
internal sealed class SigLipLoss(double initialScale, double initialBias) : ILearnableLoss
{
    private readonly LogitScale scale = new(initialScale, initialBias);

    public Needs Needs => Needs.Pairwise;

    public NetworkLayout Layout => scale.Layout;

    public void Bind(NetworkState values) => scale.Bind(values);

    public void Clamp() => scale.Clamp();

    public LossScale Read() => scale.Read();

    public LossRows Forward(Direction direction)
    {
        using var scope = NewDisposeScope();
        var perRow = direction.Blocks.Where(block => block.Count > 0).Select(OfBlock).Aggregate((sum, next) => sum + next);
        return SinglePositive.Finish(perRow, valid: null);
    }

    // [R, C] -> [R]
    private Tensor OfBlock(CandidateBlock block)
    {
        var z = scale.Logits(block.Cosine);
        var signed = block.Positive is { } positive ? z * ((positive.gt(0).to(z.dtype) * 2) - 1)
            : block.Origin == Origin.Positive ? z
            : z.neg();
        var loss = F.logsigmoid(signed).neg();
        return (block.LogWeight is { } weight ? loss * weight.exp() : loss).sum(1);
    }
}
