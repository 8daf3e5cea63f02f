using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.AdaptiveWeights;

/// <summary>
/// Whether the network is believed: from the first window in which it orders held-out pairs better than the cosine, until so many windows
/// in a row in which it does not. It starts unbelieved, because what it says before it was ever judged is noise. State on the host.
/// </summary>
/// <param name="patience">Windows.</param>
internal sealed class Trust(int patience) : IDisposable
{
    private readonly Tensor counts = zeros([2], ScalarType.Int64).DetachFromDisposeScope(); // trusted, windows in a row without an advantage
    private readonly Tensor last = full([3], double.NaN, ScalarType.Float64).DetachFromDisposeScope();

    public IReadOnlyList<(string Name, Tensor Value)> State => [("trust", counts), ("window", last)];

    public bool IsTrusted => counts.data<long>()[0] == 1;

    /// <summary>What the last window that could be judged came to: AUC of the network, AUC of the cosine, calibration error. Null before the first.</summary>
    public (double Auc, double CosineAuc, double CalibrationError)? Last =>
        last.data<double>() is var values && double.IsNaN(values[0]) ? null : (values[0], values[1], values[2]);

    /// <summary>Takes a window's judgement; null, too few pairs, changes nothing.</summary>
    public void Observe((double Auc, double CosineAuc, double CalibrationError)? judgement)
    {
        if (judgement is not var (auc, cosine, error))
        {
            return;
        }

        using var scope = NewDisposeScope();
        last.copy_(tensor([auc, cosine, error], ScalarType.Float64));
        var without = auc > cosine ? 0 : counts.data<long>()[1] + 1;
        var trusted = auc > cosine || (IsTrusted && without < patience);
        counts.copy_(tensor([trusted ? 1L : 0L, without], ScalarType.Int64));
    }

    public void Dispose()
    {
        counts.Dispose();
        last.Dispose();
    }
}
