using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Objectives.Losses;
using StreamingContrastive.Learning.Optimization;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>
/// The values that a loss learns by gradient, and their optimizer: that of the encoders, without weight decay, which would pull a
/// temperature towards 1 (as open_clip leaves gains and biases out of it). Two files of a checkpoint.
/// </summary>
internal sealed class LearnedLoss : IDisposable
{
    /// <summary>Name of the file of the values; their optimizer's is the same with <see cref="OptimizerSuffix"/>.</summary>
    public const string File = "loss";

    private const string OptimizerSuffix = ".optimizer";

    private readonly ILearnableLoss loss;
    private readonly FlatOptimizer optimizer;

    public LearnedLoss(ILearnableLoss loss, TrainingOptions training, ScalarType dtype, Device device)
    {
        this.loss = loss;
        Values = NetworkState.Create(loss.Layout, dtype, device, seed: 0); // constants: no draw
        Values.EnableGradients();
        optimizer = FlatOptimizer.Create(training with { WeightDecay = 0 }, Values);
        loss.Bind(Values);
    }

    public NetworkState Values { get; }

    /// <summary>The values as a person knows them.</summary>
    public LossScale Read() => loss.Read();

    public void Step(double rate)
    {
        optimizer.Step(rate);
        loss.Clamp();
    }

    public IEnumerable<KeyValuePair<string, IReadOnlyList<Checkpoints.HostTensor>>> Export() =>
    [
        new(File, NetworkStateCodec.Export(Values)),
        new(File + OptimizerSuffix, NetworkStateCodec.Export(optimizer, Values.Layout)),
    ];

    /// <summary>Reads a saved state; what it returns takes it over.</summary>
    public Action Read(TrainerState state)
    {
        var values = NetworkStateCodec.Read(new StateFile(state, File), Values.Layout, Values.Flat.dtype);
        var (steps, slots) = NetworkStateCodec.Read(new StateFile(state, File + OptimizerSuffix), optimizer, Values.Layout, Values.Flat.dtype);
        return () =>
        {
            values.WriteTo(Values);
            optimizer.Restore(steps, slots);
        };
    }

    public void Dispose()
    {
        optimizer.Dispose();
        Values.Dispose();
    }
}
