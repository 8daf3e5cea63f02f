using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>A square convolution without bias and the normalisation after it. [N, in, H, W] -> [N, out, H/stride, W/stride].</summary>
internal sealed class ConvNorm
{
    // oneDNN (libtorch 2.10, AVX2) gives wrong weight gradients and corrupts the heap in a strided 1x1 convolution over channels-last
    // input of fewer than 8 channels. Taking every second pixel first is the same convolution; above 8 the strided form is faster.
    private const int LeastStridedInputs = 8;

    private readonly NormLayer norm;
    private readonly int weight;
    private readonly int foldIndex;
    private readonly long[] strides;
    private readonly long[] padding;
    private readonly long subsample = 1;

    public ConvNorm(NetworkLayout layout, (string Conv, string Norm) names, NormSettings settings, ConvShape shape)
    {
        var area = (long)shape.Kernel * shape.Kernel;
        weight = layout.AddParameter($"{names.Conv}.weight", Initializer.UniformFanIn(area * shape.Inputs), shape.Outputs, shape.Inputs, shape.Kernel, shape.Kernel);
        norm = new NormLayer(layout, names.Norm, settings, shape.Outputs);
        foldIndex = layout.AddFoldable();
        strides = [shape.Stride, shape.Stride];
        if (shape is { Kernel: 1, Stride: > 1, Inputs: < LeastStridedInputs })
        {
            (subsample, strides) = (shape.Stride, [1, 1]);
        }

        padding = [shape.Kernel / 2, shape.Kernel / 2];
    }

    public Tensor Forward(ForwardPass pass, Tensor x)
    {
        x = subsample == 1 ? x : x.slice(2, 0, x.shape[2], subsample).slice(3, 0, x.shape[3], subsample); // [N, in, H/stride, W/stride]
        if (pass.Folded?.Get(foldIndex) is { } folded)
        {
            return F.conv2d(x, folded.Weight, folded.Bias, strides, padding);
        }

        return norm.Forward(pass, F.conv2d(x, pass.State.Parameter(weight), null, strides, padding));
    }

    public void Fold(NetworkState state, FoldedNetwork into)
    {
        if (norm.Affine(state) is { } affine)
        {
            into.Set(foldIndex, state.Parameter(weight) * affine.Scale.view(-1, 1, 1, 1), affine.Shift);
        }
    }
}

/// <summary>Shape of a square convolution; padding is Kernel / 2.</summary>
internal readonly record struct ConvShape(int Inputs, int Outputs, int Kernel, int Stride);
