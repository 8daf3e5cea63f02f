using System.Text;
using StreamingContrastive.Contracts.Records;

namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>What the records of a run under faults hold: a small picture, or one with a caption that its bytes decide.</summary>
internal sealed class ChaosRecords
{
    private const int DefaultSide = 8;

    private static readonly string[] Words = ["red", "green", "blue", "round", "square", "thin", "bright", "dark", "left", "right"];

    private readonly int _side;

    private ChaosRecords(int side, params string[] parts) => (_side, Parts) = (side, parts);

    /// <summary>Names of the parts; none: the value is the picture.</summary>
    public IReadOnlyList<string> Parts { get; }

    /// <summary>Grey pictures.</summary>
    /// <param name="side">Pixels of a side.</param>
    public static ChaosRecords Pictures(int side = DefaultSide) => new(side);

    /// <summary>Records of two parts, trained with clusters and the estimator: everything that a checkpoint can hold.</summary>
    public static ChaosRecords PicturesAndCaptions() => new(DefaultSide, "picture", "caption");

    /// <summary>The value of one record.</summary>
    public byte[] Value(Random random)
    {
        var pixels = new byte[_side * _side];
        random.NextBytes(pixels);
        return Parts.Count == 0 ? pixels : RecordCodec.Encode(new MultiPartRecord
        {
            Parts = [new("picture", "", pixels), new("caption", "", Encoding.UTF8.GetBytes(string.Join(' ', random.GetItems(Words, 4))))],
        });
    }

    /// <summary>What the section <c>input</c> says of them.</summary>
    public IEnumerable<KeyValuePair<string, object?>> Input()
    {
        var payload = new { height = _side, width = _side };
        return Parts.Count == 0
            ? [new("payload", payload)]
            : [new("parts", new object[] { new { name = "picture", payload }, new { name = "caption", kind = "text", text = new { tokens = 32, maskProbability = 0.2 } } })];
    }

    /// <summary>The section <c>objective</c>.</summary>
    public object Objective() => Parts.Count == 0 ? new { queueCapacityRows = 100 } : new
    {
        plan = "crossModal",
        queueCapacityRows = 100,
        policies = new { clusters = new { count = 4, startCosine = 1 }, adaptiveWeights = new { } },
    };

    /// <summary>The section <c>encoder</c>.</summary>
    public static object Encoder(int width) => new { width, projectionDimension = 16, text = new { buckets = 256, dimension = 16, dropout = 0.1 } };
}
