using BenchmarkDotNet.Attributes;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Pairs;

namespace StreamingContrastive.Benchmarks.Augmentation;

/// <summary>
/// Cost of a record on one core: raw decode and both views. The budget for 28x28x1 with default options is 60 microseconds;
/// a trainer at 600 records/s leaves each record 1,667.
/// </summary>
[MemoryDiagnoser]
public class PairConstructorBenchmarks
{
    private PairConstructor _constructor = null!;
    private byte[] _value = [], _query = [], _key = [], _clean = [];
    private long _offset;

    /// <summary>Height x width x channels.</summary>
    [Params("28x28x1", "32x32x3", "64x64x3")]
    public string Shape { get; set; } = "28x28x1";

    /// <summary>Default options, or every step on.</summary>
    [Params(false, true)]
    public bool EveryStep { get; set; }

    /// <summary>Makes one picture and the buffers.</summary>
    [GlobalSetup]
    public void Setup()
    {
        int[] sides = [.. Shape.Split('x').Select(int.Parse)];
        var payload = new PayloadOptions { Height = sides[0], Width = sides[1], Channels = sides[2] };
        var options = EveryStep
            ? new AugmentationOptions { RotationDegrees = 15, Translation = 0.1, BlurProbability = 1, EraseProbability = 1, JitterProbability = 1 }
            : new AugmentationOptions();
        _constructor = new PairConstructor(payload, options);
        _value = new byte[payload.Shape.ByteCount];
        new Random(1).NextBytes(_value);
        (_query, _key, _clean) = (new byte[_value.Length], new byte[_value.Length], new byte[_value.Length]);
    }

    /// <summary>One record, each at another offset.</summary>
    [Benchmark]
    public bool Construct() => _constructor.TryConstruct(_value, 1, 2, 3, _offset++, 0, _query, _key, _clean, out _);
}
