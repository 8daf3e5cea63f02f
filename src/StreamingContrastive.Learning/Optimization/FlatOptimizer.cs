using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Training;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Optimization;

/// <summary>
/// An optimizer over one flat parameter tensor. Own code, because TorchSharp's optimizers cross into native code once a parameter
/// and do not give their whole state back, which a bit-identical resume needs. Updates are elementwise, so flat and per-parameter
/// forms agree.
/// </summary>
internal abstract class FlatOptimizer : IDisposable
{
    private readonly Tensor[] slots;

    protected FlatOptimizer(NetworkState network, IReadOnlyList<string> slotNames)
    {
        Network = network;
        SlotNames = slotNames;
        slots = [.. slotNames.Select(_ => zeros_like(network.Flat).DetachFromDisposeScope())];
    }

    /// <summary>Names of the per-parameter states, such as exp_avg; they prefix the parameter's name in a checkpoint.</summary>
    public IReadOnlyList<string> SlotNames { get; }

    /// <summary>Steps taken.</summary>
    public long Steps { get; private set; }

    protected NetworkState Network { get; }

    public static FlatOptimizer Create(TrainingOptions options, NetworkState network) => options.Optimizer switch
    {
        OptimizerKind.AdamW => new AdamWOptimizer(network, options.WeightDecay),
        OptimizerKind.Sgd => new SgdOptimizer(network, options.WeightDecay),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Optimizer, $"training.optimizer must be one of {string.Join(", ", Enum.GetNames<OptimizerKind>())}."),
    };

    /// <summary>State of one kind for all parameters, [P].</summary>
    public Tensor Slot(int index) => slots[index];

    /// <summary>Applies the network's flat gradients at this rate.</summary>
    public void Step(double rate)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        Steps++;
        Update(Network.Flat, Network.FlatGradients ?? throw new InvalidOperationException("The network has no gradients: call EnableGradients before optimizing it."), rate);
    }

    /// <summary>Takes over saved slots, [P] each, and the step count.</summary>
    public void Restore(long steps, IReadOnlyList<Tensor> saved)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        Steps = steps;
        for (var i = 0; i < slots.Length; i++)
        {
            slots[i].copy_(saved[i]);
        }
    }

    public void Dispose()
    {
        foreach (var slot in slots)
        {
            slot.Dispose();
        }
    }

    protected abstract void Update(Tensor parameters, Tensor gradients, double rate);
}
