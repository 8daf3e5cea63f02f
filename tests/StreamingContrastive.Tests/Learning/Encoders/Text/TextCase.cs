using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Encoders.Text;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Encoders.Text;

/// <summary>A small text backbone in float64 with first values, and some texts for it.</summary>
internal sealed class TextCase : IDisposable
{
    /// <summary>The top bit as it arrives in int64: the sign of an int32.</summary>
    private const long Start = int.MinValue;

    public TextCase(TextEncoderOptions options, ScalarType dtype = ScalarType.Float64)
    {
        Options = options;
        Backbone = TextBackbone.Create(Layout, options);
        State = NetworkState.Create(Layout, dtype, CPU, seed: 5);
        // Norms that scale and shift, so that a reference which forgets one is found out.
        using var scope = NewDisposeScope();
        using var generator = new Generator(9);
        foreach (var (spec, i) in Layout.Parameters.Select((spec, i) => (spec, i)).Where(p => p.spec.Initializer.Kind == InitializerKind.Constant))
        {
            State.Parameter(i).add_(rand(spec.Shape, dtype: dtype, generator: generator).sub_(0.5));
        }
    }

    public TextEncoderOptions Options { get; }

    public NetworkLayout Layout { get; } = new();

    public IBackbone Backbone { get; }

    public NetworkState State { get; }

    public static TextEncoderOptions Bag { get; } = new() { Buckets = 50, Dimension = 6, Layers = 2, Dropout = 0.3 };

    public static TextEncoderOptions Transformer { get; } = new() { Architecture = TextArchitecture.Transformer, Buckets = 50, Dimension = 8, Layers = 2, Heads = 2, Dropout = 0.3 };

    public static TheoryData<TextArchitecture> Architectures => [TextArchitecture.Bag, TextArchitecture.Transformer];

    public static TextEncoderOptions Of(TextArchitecture architecture) => architecture == TextArchitecture.Bag ? Bag : Transformer;

    /// <summary>Words of n-grams as ids of a row: the first id of each word carries the bit.</summary>
    public static long[] Text(int places, params long[][] words)
    {
        long[] ids = [.. words.SelectMany(word => word.Select((id, i) => i == 0 ? id | Start : id))];
        return [.. ids, .. new long[places - ids.Length]];
    }

    /// <summary>Three texts of different length; ids on both sides of the number of buckets.</summary>
    public static long[][] Texts(int places = 9) =>
    [
        Text(places, [7, 8, 2_000_000_011], [9], [10, 7, 8]),
        Text(places, [int.MaxValue, 51]),
        Text(places, [9], [7, 8, 2_000_000_011], [3, 4, 5, 6, 1]),
    ];

    public static Tensor Ids(params long[][] texts) => stack(texts.Select(t => tensor(t)));

    public Tensor Evaluate(params long[][] texts) => Backbone.Forward(ForwardPass.Evaluate(State), Ids(texts));

    public double[,] Parameter(string name)
    {
        var index = Layout.Parameters.Select((p, i) => (p.Name, i)).Single(p => p.Name == name).i;
        var values = State.Parameter(index).detach();
        var table = values.dim() == 1 ? values.unsqueeze(0) : values;
        var result = new double[table.shape[0], table.shape[1]];
        var flat = table.contiguous().view(-1).data<double>().ToArray();
        Buffer.BlockCopy(flat, 0, result, 0, flat.Length * sizeof(double));
        return result;
    }

    public void Dispose() => State.Dispose();
}
