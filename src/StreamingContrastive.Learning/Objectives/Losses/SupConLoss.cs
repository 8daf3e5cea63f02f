using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Losses;

/// <summary>
/// Supervised contrastive loss L_out (Khosla et al. 2020, arXiv 2004.11362, Eq. 2) over any number of positives: the own view, and
/// candidates that a label, a key or the attraction of false negatives has marked.
///   L_i = -(T/T_base) (1/|P_i|) sum_{p in P_i} [ s_ip/T - LSE_a(s_ia/T + ln w_ia) ],   a over positives and negatives
/// cosines [R, n] and [R, C]; marks [R, C] in 0..1 without gradient; ln w -inf removes a candidate, positive or not. Returns [R].
/// An anchor without a positive, or with nothing beside one positive, is 0 and invalid. With one positive it is InfoNCE.
/// </summary>
internal sealed class SupConLoss : ILoss
{
    private readonly double temperature;
    private readonly double scale;

    /// <param name="temperature">T, above 0.</param>
    /// <param name="baseTemperature">T_base, above 0, which only scales the loss; null: T.</param>
    public SupConLoss(double temperature, double? baseTemperature)
    {
        this.temperature = SinglePositive.Temperature(temperature);
        scale = baseTemperature switch
        {
            null => 1,
            > 0 => temperature / baseTemperature.Value,
            _ => throw new ArgumentOutOfRangeException(nameof(baseTemperature), baseTemperature, "objective.supCon.baseTemperature must be above 0 (0.07 in the authors' code), or 0 for the temperature itself."),
        };
    }

    public Needs Needs => Needs.ManyPositives;

    public LossRows Forward(Direction direction)
    {
        using var scope = NewDisposeScope();
        var blocks = direction.Blocks.Where(block => block.Count > 0).ToArray();
        var (lse, _) = LogSums.Combine([.. blocks.Select(b => LogSums.Reduce(b.Cosine, b.LogWeight, 1 / temperature))]);
        var sums = blocks.Select(Positives).ToArray();
        var count = sums.Select(p => p.Count).Aggregate((a, b) => a + b); // |P_i|, [R]
        var pull = sums.Select(p => p.Cosine).Aggregate((a, b) => a + b) / temperature;
        var alive = blocks.Select(Alive).Aggregate((a, b) => a + b);
        var valid = count.gt(0).logical_and(alive.gt(1)); // [R]
        var perRow = (lse - (pull / count.masked_fill(count.eq(0), 1))) * scale;
        return SinglePositive.Finish(perRow, valid);
    }

    /// <summary>Sum of the positives' cosines and their number, [R] each.</summary>
    private static (Tensor Cosine, Tensor Count) Positives(CandidateBlock block)
    {
        var marks = block.Positive ?? (block.Origin == Origin.Positive ? ones_like(block.Cosine, requires_grad: false) : null);
        if (marks is null)
        {
            var none = zeros_like(block.Cosine.select(1, 0), requires_grad: false);
            return (none, none);
        }

        if (block.LogWeight is { } weight)
        {
            marks = marks.masked_fill(weight.isneginf(), 0);
        }

        return ((block.Cosine * marks).sum(1), marks.sum(1));
    }

    /// <summary>Candidates that are not removed, [R].</summary>
    private static Tensor Alive(CandidateBlock block) => block.LogWeight is { } weight
        ? weight.isneginf().logical_not().sum(1).to(block.Cosine.dtype)
        : full_like(block.Cosine.select(1, 0), block.Count, requires_grad: false);
}
