using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>
/// Encodes the oldest keys of the queue again, from the inputs that it keeps (learning.md G1 iii), so that no key is older than about
/// K / rows steps. Uses running statistics: a forward with batch statistics would move them and mix old pictures into them.
/// </summary>
/// <param name="rows">Keys a step.</param>
/// <param name="input">How the kept bytes become inputs.</param>
internal sealed class QueueRefresh(int rows, PartInput input)
{
    /// <summary>Refreshes by the network that makes the queue's keys; their step becomes the running one.</summary>
    public void Apply(NegativeQueue queue, Encoder encoder, NetworkState network, long step)
    {
        if (queue.Filled == 0)
        {
            return;
        }

        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var steps = new ItemMeta(queue.Meta)[MetaField.Step];
        var oldest = steps.narrow(0, 0, queue.Filled).sort(0, descending: false, stable: true).Indices.narrow(0, 0, Math.Min(rows, queue.Filled));
        var inputs = input.Decode(queue.Pictures!.index_select(0, oldest));
        var keys = encoder.UnitProjection(ForwardPass.Evaluate(network), inputs);
        queue.Keys.index_copy_(0, oldest, keys);
        steps.index_fill_(0, oldest, step);
    }
}
