using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>
/// A fixed descriptor of edges and colours, then a normalisation of every feature: [N, C, H, W] -> [N, (8 + C) g^2]. In each of g x g
/// cells: the magnitude of gradients by orientation (8 bins over 180 degrees, linear between neighbouring bins, the channel with the
/// steepest gradient at each pixel), its root taken, and the mean of every channel. Dalal and Triggs 2005, "Histograms of oriented
/// gradients for human detection"; departs from it by leaving block normalisation to the learned normalisation. Nothing before that
/// normalisation learns: for sets of a few thousand pictures, where a convolutional network has too little to learn edges from.
/// State-dict names: bn.
/// </summary>
internal sealed class GradientBackbone : IBackbone
{
    /// <summary>Orientations, unsigned: a dark edge on white and a white one on dark are the same.</summary>
    internal const int Orientations = 8;

    // Keeps the root's slope finite in cells without an edge, and is far below any edge that a byte can hold.
    private const double Flat = 1e-6;

    private readonly int grid;
    private readonly NormLayer norm;

    public GradientBackbone(NetworkLayout layout, NormSettings settings, int channels, int grid)
    {
        this.grid = grid;
        FeatureDimension = (Orientations + channels) * grid * grid;
        norm = new NormLayer(layout, "bn", settings, FeatureDimension);
    }

    public int FeatureDimension { get; }

    public Tensor Forward(ForwardPass pass, Tensor input) => norm.Forward(pass, Describe(input, grid));

    public void Fold(NetworkState state, FoldedNetwork into)
    {
        // There is no convolution to fold the normalisation into.
    }

    /// <summary>The descriptor, [N, C, H, W] -> [N, (8 + C) g^2]; no gradient flows through it.</summary>
    internal static Tensor Describe(Tensor pixels, int grid)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var (height, width) = (pixels.shape[2], pixels.shape[3]);
        var padded = F.pad(pixels, [1, 1, 1, 1], TorchSharp.PaddingModes.Replicate); // [N, C, H + 2, W + 2]
        var across = padded.narrow(2, 1, height).narrow(3, 2, width) - padded.narrow(2, 1, height).narrow(3, 0, width); // [N, C, H, W]
        var down = padded.narrow(2, 2, height).narrow(3, 1, width) - padded.narrow(2, 0, height).narrow(3, 1, width);
        var (magnitude, steepest) = (across.square() + down.square()).sqrt().max(1, keepdim: true); // [N, 1, H, W]
        var angle = atan2(down.gather(1, steepest), across.gather(1, steepest)); // [N, 1, H, W], -pi to pi
        var position = angle.mul(Orientations / Math.PI).remainder(Orientations); // unsigned, in bins
        var bins = arange(Orientations, dtype: position.dtype, device: position.device).view(1, Orientations, 1, 1);
        var distance = (position - bins + (Orientations / 2.0)).remainder(Orientations).sub_(Orientations / 2.0).abs_(); // [N, 8, H, W], circular
        var votes = magnitude * (1 - distance).clamp_min_(0); // [N, 8, H, W]
        var edges = F.adaptive_avg_pool2d(votes, [grid, grid]).add_(Flat).sqrt_();
        var colours = F.adaptive_avg_pool2d(pixels, [grid, grid]);
        return cat([edges, colours], 1).flatten(1).MoveToOuterDisposeScope(); // [N, (8 + C) g^2]
    }
}
