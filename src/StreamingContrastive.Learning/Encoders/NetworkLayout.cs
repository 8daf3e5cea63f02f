namespace StreamingContrastive.Learning.Encoders;

/// <summary>
/// What a network consists of, independent of any values: named parameters laid out one after another in a single flat tensor, and
/// named buffers in another. One layout serves the query, key and published states; with flat storage an optimizer step, an EMA
/// or a copy is a handful of operations whatever the depth of the network.
/// </summary>
internal sealed class NetworkLayout
{
    // Views start on 64-byte boundaries (16 float32), so that vectorised kernels see aligned memory. The gaps stay zero.
    private const long Alignment = 16;

    private readonly List<ParameterSpec> parameters = [];
    private readonly List<BufferSpec> buffers = [];
    private readonly List<string> batchCounters = [];

    public IReadOnlyList<ParameterSpec> Parameters => parameters;

    public IReadOnlyList<BufferSpec> Buffers => buffers;

    /// <summary>State-dict names of the BatchNorm forward counters; all of them count together.</summary>
    public IReadOnlyList<string> BatchCounters => batchCounters;

    public long ParameterLength { get; private set; }

    public long BufferLength { get; private set; }

    /// <summary>How many convolution and normalisation pairs the network has: the size of a folded form.</summary>
    public int FoldableCount { get; private set; }

    public int AddParameter(string name, Initializer initializer, params long[] shape)
    {
        parameters.Add(new ParameterSpec(name, shape, ParameterLength, initializer));
        ParameterLength += Aligned(parameters[^1].Length);
        return parameters.Count - 1;
    }

    public int AddBuffer(string name, double value, long length)
    {
        buffers.Add(new BufferSpec(name, length, BufferLength, value));
        BufferLength += Aligned(length);
        return buffers.Count - 1;
    }

    public void AddBatchCounter(string name) => batchCounters.Add(name);

    public int AddFoldable() => FoldableCount++;

    private static long Aligned(long length) => (length + Alignment - 1) / Alignment * Alignment;
}

/// <summary>One parameter: state-dict name, shape, place in the flat tensor, first values.</summary>
internal sealed record ParameterSpec(string Name, long[] Shape, long Offset, Initializer Initializer)
{
    public long Length { get; } = Shape.Aggregate(1L, (product, size) => product * size);
}

/// <summary>One float buffer (BatchNorm's running statistics): name, length, place, first value.</summary>
internal sealed record BufferSpec(string Name, long Length, long Offset, double Value);

/// <summary>How a parameter's first values are drawn.</summary>
internal readonly record struct Initializer(InitializerKind Kind, double Scale)
{
    /// <summary>Uniform in +-1/sqrt(fanIn), PyTorch's start of linear and convolution layers. Smaller than He et al.'s, so that a normalised layer turns faster: better after one pass.</summary>
    public static Initializer UniformFanIn(long fanIn) => new(InitializerKind.Uniform, 1.0 / Math.Sqrt(fanIn));

    public static Initializer Constant(double value) => new(InitializerKind.Constant, value);
}

/// <summary>Distributions of first values.</summary>
internal enum InitializerKind
{
    Constant,
    Uniform,
}
