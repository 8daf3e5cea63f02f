using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>Ages of the queue's keys in optimizer steps, as a step sees them; all 0 for an empty queue.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="Median">50th percentile, linearly interpolated.</param>
/// <param name="P95">95th percentile, linearly interpolated.</param>
internal readonly record struct QueueAges(double Mean, double Median, double P95)
{
    public static QueueAges Of(IReadOnlyList<QueueSnapshot> queues, long step)
    {
        if (queues.All(queue => queue.Items.Count == 0))
        {
            return default;
        }

        using var scope = NewDisposeScope();
        var steps = cat([.. queues.Select(queue => queue.Items[MetaField.Step])], 0).to(ScalarType.Float64); // all queues together
        var quantiles = (step - steps).quantile(tensor((double[])[0.5, 0.95])).cpu();
        return new QueueAges(step - MetricsProbe.Value(steps.mean()), quantiles[0].item<double>(), quantiles[1].item<double>());
    }
}
