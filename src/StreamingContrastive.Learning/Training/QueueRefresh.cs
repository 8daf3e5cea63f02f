using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>
/// Encodes the oldest keys of the queue again, from the pictures that it keeps (learning.md G1 iii), so that no key is older than about
/// K / rows steps. Uses running statistics: a forward with batch statistics would move them and mix old pictures into them.
/// </summary>
/// <param name="rows">Keys a step.</param>
/// <param name="geometry">Shape of the pictures.</param>
internal sealed class QueueRefresh(int rows, InputGeometry geometry)
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
        var pixels = queue.Pictures!.index_select(0, oldest).view(-1, geometry.Height, geometry.Width, geometry.Channels).permute(0, 3, 1, 2);
        var keys = encoder.UnitProjection(ForwardPass.Evaluate(network), PixelInput.Normalize(pixels, queue.Keys.dtype));
        queue.Keys.index_copy_(0, oldest, keys);
        steps.index_fill_(0, oldest, step);
    }
}
