using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives;

/// <summary>Builds directions from plain numbers; tensors belong to the test's dispose scope.</summary>
internal static class Contrast
{
    /// <summary>The shared test vector of learning.md: q (1,0), k (.8,.6), queue [(.6,.8), (0,1), (-1,0)].</summary>
    public static Direction TestVector(ScalarType dtype = ScalarType.Float64, Tensor? query = null) => Direction(
        query ?? Rows(dtype, [1, 0]), Rows(dtype, [.8, .6]), Rows(dtype, [.6, .8], [0, 1], [-1, 0]));

    public static Direction Direction(Tensor query, Tensor keys, Tensor queue) =>
        new TwoViewPlan().Build(new Encoded(query, keys, Meta(0, query.shape[0])), new QueueSnapshot(queue, Meta(1000, queue.shape[0]))).Single();

    public static Tensor Rows(ScalarType dtype, params double[][] rows) =>
        stack(rows.Select(row => tensor(row, dtype: ScalarType.Float64))).to(dtype);

    /// <summary>Metadata whose record ids count up from a first one.</summary>
    public static ItemMeta Meta(long firstId, long count) => Meta([.. Enumerable.Range(0, (int)count).Select(i => firstId + i)]);

    public static ItemMeta Meta(long[] recordIds)
    {
        var fields = zeros(ItemMeta.FieldCount, recordIds.Length, ScalarType.Int64);
        fields[(long)MetaField.RecordId].copy_(tensor(recordIds));
        return new ItemMeta(fields);
    }

    public static Direction WithQueueWeights(Direction direction, Tensor logWeight) => direction with
    {
        Blocks = [.. direction.Blocks.Select(b => b.Origin == Origin.Queue ? b with { LogWeight = logWeight } : b)],
    };

    public static double Loss(Direction direction, double temperature) =>
        new InfoNceLoss(temperature).Forward(direction).PerRow.mean().to(ScalarType.Float64).item<double>();

    /// <summary>Unit rows of normal noise.</summary>
    public static Tensor UnitRows(ulong seed, long rows, long dimension, ScalarType dtype = ScalarType.Float64) =>
        nn.functional.normalize(randn(rows, dimension, dtype: ScalarType.Float64, generator: new Generator(seed))).to(dtype);
}
