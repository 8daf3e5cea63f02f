using StreamingContrastive.Learning.Evaluation;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.AdaptiveWeights;

/// <summary>
/// The newest re-observations of records that the network never learns from, and as many random pairs of such records: what it is judged
/// by. Two rings of pairs of vectors. Owns its tensors.
/// </summary>
internal sealed class HeldOutPairs : IDisposable
{
    /// <summary>Pairs of each kind that are kept.</summary>
    public const int Capacity = 512;

    /// <summary>Pairs of each kind below which nothing is judged: an AUC over fewer is noise.</summary>
    public const int Least = 64;

    private readonly Tensor again; // [capacity, 2, d]
    private readonly Tensor random; // [capacity, 2, d]
    private readonly Tensor stored; // [1] on the host: pairs of each kind since the start

    public HeldOutPairs(int dimension, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        again = zeros(Capacity, 2, dimension, type, device).DetachFromDisposeScope();
        random = zeros(Capacity, 2, dimension, type, device).DetachFromDisposeScope();
        stored = zeros([1], ScalarType.Int64).DetachFromDisposeScope();
    }

    public IReadOnlyList<(string Name, Tensor Value)> State => [("held_again", again), ("held_random", random), ("held_stored", stored)];

    /// <summary>Pairs of each kind.</summary>
    public int Count => (int)Math.Min(Capacity, stored.data<long>()[0]);

    /// <summary>Which records are held out, [B] bool: an eighth, by their id alone.</summary>
    public static Tensor IsHeldOut(Tensor records) => records.remainder(8).eq(0);

    /// <summary>Stores pairs; those past the capacity overwrite the oldest.</summary>
    /// <param name="left">[n, d].</param>
    /// <param name="same">The same records seen before, [n, d].</param>
    /// <param name="other">Random ones, [n, d].</param>
    public void Add(Tensor left, Tensor same, Tensor other)
    {
        var n = left.shape[0];
        if (n == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        var rows = arange(n, ScalarType.Int64).add_(stored.data<long>()[0]).remainder_(Capacity).narrow(0, Math.Max(0, n - Capacity), Math.Min(n, Capacity)).to(left.device);
        Tensor Last(Tensor pairs) => pairs.narrow(0, Math.Max(0, n - Capacity), Math.Min(n, Capacity));
        again.index_copy_(0, rows, Last(stack([left, same], 1)));
        random.index_copy_(0, rows, Last(stack([left, other], 1)));
        stored.add_(n);
    }

    /// <summary>AUC of the network and of the cosine, and the network's calibration error with matches weighted by the prior; null with too few pairs.</summary>
    public (double Auc, double CosineAuc, double CalibrationError)? Judge(Func<Tensor, Tensor, Tensor> logit, double prior)
    {
        if (Count < Least)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var pairs = cat([again.narrow(0, 0, Count), random.narrow(0, 0, Count)], 0); // [2n, 2, d]
        var (left, right) = (pairs.select(1, 0), pairs.select(1, 1));
        bool[] marks = [.. Enumerable.Repeat(true, Count), .. Enumerable.Repeat(false, Count)];
        var scores = logit(left, right);
        return (
            RankAuc.Of(Host(scores), marks)!.Value,
            RankAuc.Of(Host((left * right).sum(1)), marks)!.Value,
            CalibrationError.Of(Host(scores.sigmoid()), marks, prior, 1 - prior)!.Value);
    }

    public void Dispose()
    {
        foreach (var (_, value) in State)
        {
            value.Dispose();
        }
    }

    internal static double[] Host(Tensor values) => values.to(ScalarType.Float64).contiguous().cpu().data<double>().ToArray();
}
