using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Losses;
using StreamingContrastive.Learning.Objectives.Plans;
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
        new TwoViewPlan().Build(Encoded(query, keys, Meta(0, query.shape[0])), [new QueueSnapshot(queue, Meta(1000, queue.shape[0]))]).Single();

    /// <summary>An encoded batch of one part.</summary>
    public static Encoded Encoded(Tensor query, Tensor key, ItemMeta rows, (Tensor Query, Tensor Key)? swapped = null) =>
        new([new EncodedPart("picture", query, key) { Swapped = swapped }], rows);

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

    /// <summary>Marks queue candidates as positives, [R, C] of 0 and 1.</summary>
    public static Direction WithQueuePositives(Direction direction, Tensor positive) => direction with
    {
        Blocks = [.. direction.Blocks.Select(b => b.Origin == Origin.Queue ? b with { Positive = positive } : b)],
    };

    /// <summary>Metadata with given values of one field, the others 0.</summary>
    public static ItemMeta Field(MetaField field, params long[] values) => With(new ItemMeta(zeros(ItemMeta.FieldCount, values.Length, ScalarType.Int64)), field, values);

    /// <summary>The same metadata with other values of one field.</summary>
    public static ItemMeta With(ItemMeta meta, MetaField field, params long[] values)
    {
        var fields = meta.Fields.clone();
        fields[(long)field].copy_(tensor(values));
        return new ItemMeta(fields);
    }

    /// <summary>A direction whose queue has that metadata.</summary>
    public static Direction WithColumns(Direction direction, ItemMeta columns) => direction with
    {
        Blocks = [.. direction.Blocks.Select(b => b.Origin == Origin.Queue ? b with { Columns = columns } : b)],
    };

    /// <summary>Whether all values are equal to the bit, infinities included.</summary>
    public static bool SameAs(this Tensor actual, Tensor expected) => actual.shape.SequenceEqual(expected.shape) && actual.eq(expected).all().item<bool>();

    /// <summary>Mean loss of any loss.</summary>
    public static double Loss(Direction direction, ILoss loss) => loss.Forward(direction).PerRow.mean().to(ScalarType.Float64).item<double>();

    /// <summary>Log-weights of the queue's candidates in one row.</summary>
    public static double[] Weights(Direction direction, int row = 0) => direction.Blocks.Single(b => b.Origin == Origin.Queue).LogWeight!.to(ScalarType.Float64)[row].contiguous().data<double>().ToArray();

    /// <summary>Seven anchors, eleven queued keys, all random: a case with some weights, some removed, some of them marked as positives.</summary>
    public static Direction Random(ulong seed, bool positives = false, ScalarType dtype = ScalarType.Float64)
    {
        var direction = Direction(UnitRows(seed, 7, 5, dtype), UnitRows(seed + 1, 7, 5, dtype), UnitRows(seed + 2, 11, 5, dtype));
        using var generator = new Generator(seed + 3);
        var weights = (randn(7, 11, dtype: ScalarType.Float64, generator: generator) * 0.5).to(dtype);
        weights = weights.masked_fill(rand(7, 11, ScalarType.Float64, generator: generator).lt(0.2), double.NegativeInfinity);
        direction = WithQueueWeights(direction, weights);
        return positives ? WithQueuePositives(direction, rand(7, 11, ScalarType.Float64, generator: generator).lt(0.3).to(dtype)) : direction;
    }

    public static double Loss(Direction direction, double temperature) =>
        new InfoNceLoss(temperature).Forward(direction).PerRow.mean().to(ScalarType.Float64).item<double>();

    /// <summary>Unit rows of normal noise.</summary>
    public static Tensor UnitRows(ulong seed, long rows, long dimension, ScalarType dtype = ScalarType.Float64) =>
        nn.functional.normalize(randn(rows, dimension, dtype: ScalarType.Float64, generator: new Generator(seed))).to(dtype);
}
