using StreamingContrastive.Learning.Encoders;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>
/// What a step changes before its loss is known: the key encoder's parameters (EMA comes before the keys) and both encoders' running
/// statistics. Kept as copies, so that a step that may not happen leaves nothing behind, bit for bit; taking the average back
/// by arithmetic would not. Two copies of vectors of the network's length a step: nothing beside two forwards and a backward.
/// </summary>
internal sealed class StepUndo : IDisposable
{
    private readonly MomentumEncoder networks;
    private readonly Tensor key;
    private readonly Tensor keyBuffers;
    private readonly Tensor queryBuffers;
    private (long Query, long Key) tracked;

    public StepUndo(MomentumEncoder networks)
    {
        this.networks = networks;
        using var scope = NewDisposeScope();
        key = networks.Key.Flat.detach().clone().DetachFromDisposeScope();
        keyBuffers = networks.Key.FlatBuffers.clone().DetachFromDisposeScope();
        queryBuffers = networks.Query.FlatBuffers.clone().DetachFromDisposeScope();
    }

    /// <summary>Before the forwards.</summary>
    public void Remember()
    {
        tracked = (networks.Query.BatchesTracked, networks.Key.BatchesTracked);
        Copy(back: false);
    }

    /// <summary>The step may not happen.</summary>
    public void TakeBack()
    {
        (networks.Query.BatchesTracked, networks.Key.BatchesTracked) = tracked;
        Copy(back: true);
    }

    public void Dispose()
    {
        key.Dispose();
        keyBuffers.Dispose();
        queryBuffers.Dispose();
    }

    private void Copy(bool back)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        Copy(networks.Key.Flat, key, back);
        Copy(networks.Key.FlatBuffers, keyBuffers, back);
        Copy(networks.Query.FlatBuffers, queryBuffers, back);
    }

    private static void Copy(Tensor live, Tensor kept, bool back) => _ = back ? live.copy_(kept) : kept.copy_(live);
}
