using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>
/// A fixed descriptor of edges and colours, then a normalisation of every feature: [N, C, H, W] -> [N, F g^2]. In each of g x g cells:
/// the magnitude of gradients by orientation (8 bins over 180 degrees, linear between neighbouring bins, the channel with the steepest
/// gradient at each pixel), its root taken; the mean over pixels and channels; and, of two channels or more, how far each channel is
/// above the mean of its pixel and how far below it, apart, their roots taken: F = 9 + 2 C, or 9 of one channel. A pixel counts in the
/// cells around it, the less the farther their centres are, so that a line drawn a pixel aside changes little. Dalal and Triggs 2005,
/// "Histograms of oriented gradients for human detection"; departs from it by leaving block normalisation to the learned normalisation.
/// Roots as Arandjelovic and Zisserman 2012, "Three things everyone should know to improve object retrieval". Colours by sign, because
/// half a cell of red and half of its complement have grey's mean. Nothing before that normalisation learns: for sets of a few thousand
/// pictures, where a convolutional network has too little to learn edges from. State-dict names: bn.
/// </summary>
internal sealed class GradientBackbone : IBackbone
{
    /// <summary>Orientations, unsigned: a dark edge on white and a white one on dark are the same.</summary>
    internal const int Orientations = 8;

    /// <summary>Text of the descriptor for the space id; another one whenever <see cref="Describe"/> gives other numbers.</summary>
    internal const string Definition = "orientations=8;cells=bilinear;colour=excessAndLack;root";

    // Far below any edge or tint that a byte can hold: rounding of a flat cell is no feature.
    private const double Flat = 1e-6;

    private readonly int grid;
    private readonly NormLayer norm;

    public GradientBackbone(NetworkLayout layout, NormSettings settings, int channels, int grid)
    {
        this.grid = grid;
        FeatureDimension = FeaturesOfACell(channels) * grid * grid;
        norm = new NormLayer(layout, "bn", settings, FeatureDimension);
    }

    public int FeatureDimension { get; }

    public Tensor Forward(ForwardPass pass, Tensor input) => norm.Forward(pass, Describe(input, grid));

    public void Fold(NetworkState state, FoldedNetwork into)
    {
        // There is no convolution to fold the normalisation into.
    }

    /// <summary>Edges, lightness and colours of a cell; one channel has no colour.</summary>
    internal static int FeaturesOfACell(int channels) => Orientations + 1 + (channels > 1 ? 2 * channels : 0);

    /// <summary>The descriptor, [N, C, H, W] -> [N, F g^2], feature by feature; no gradient flows through it.</summary>
    internal static Tensor Describe(Tensor pixels, int grid)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var lightness = pixels.mean([1], keepdim: true); // [N, 1, H, W]
        var cells = Cells(cat([Votes(pixels), .. Tints(pixels, lightness), lightness], 1), grid); // [N, F, g, g]
        cells.narrow(1, 0, cells.shape[1] - 1).add_(Flat).sqrt_(); // all but lightness
        return cells.flatten(1).MoveToOuterDisposeScope();
    }

    /// <summary>How far each channel is above the mean of its pixel, and how far below it, [N, C, H, W] each; one channel has neither.</summary>
    private static IEnumerable<Tensor> Tints(Tensor pixels, Tensor lightness)
    {
        if (pixels.shape[1] > 1)
        {
            var tint = pixels - lightness;
            yield return tint.clamp_min(0);
            yield return tint.neg().clamp_min_(0);
        }
    }

    /// <summary>Every pixel's gradient, shared between the two bins next to its orientation: [N, C, H, W] -> [N, 8, H, W].</summary>
    private static Tensor Votes(Tensor pixels)
    {
        var (height, width) = (pixels.shape[2], pixels.shape[3]);
        var padded = F.pad(pixels, [1, 1, 1, 1], TorchSharp.PaddingModes.Replicate); // [N, C, H + 2, W + 2]
        var across = padded.narrow(2, 1, height).narrow(3, 2, width) - padded.narrow(2, 1, height).narrow(3, 0, width); // [N, C, H, W]
        var down = padded.narrow(2, 2, height).narrow(3, 1, width) - padded.narrow(2, 0, height).narrow(3, 1, width);
        var (magnitude, steepest) = (across.square() + down.square()).sqrt().max(1, keepdim: true); // [N, 1, H, W]
        var angle = atan2(down.gather(1, steepest), across.gather(1, steepest)); // [N, 1, H, W], -pi to pi
        var position = angle.mul(Orientations / Math.PI).remainder(Orientations); // unsigned, in bins
        var bins = arange(Orientations, dtype: position.dtype, device: position.device).view(1, Orientations, 1, 1);
        var distance = (position - bins + (Orientations / 2.0)).remainder(Orientations).sub_(Orientations / 2.0).abs_(); // [N, 8, H, W], circular
        return magnitude * (1 - distance).clamp_min_(0);
    }

    /// <summary>Means over cells, rows and columns one after the other: [N, D, H, W] -> [N, D, g, g].</summary>
    private static Tensor Cells(Tensor map, int grid)
    {
        var (height, width) = (map.shape[2], map.shape[3]);
        var across = Shares(width, grid, map);
        var columns = map.matmul(across); // [N, D, H, g]
        return columns.transpose(2, 3).matmul(height == width ? across : Shares(height, grid, map)).transpose(2, 3);
    }

    /// <summary>How much each pixel of a side counts in each cell, [side, g]: linear from a cell's centre to the centres of its neighbours, 1 in sum.</summary>
    private static Tensor Shares(long side, int grid, Tensor like)
    {
        var cell = (double)side / grid;
        var pixels = arange(side, dtype: like.dtype, device: like.device).add_(0.5).view(-1, 1);
        var centres = arange(grid, dtype: like.dtype, device: like.device).add_(0.5).mul_(cell);
        var shares = (1 - (pixels - centres).abs_().div_(cell)).clamp_min_(0);
        return shares / shares.sum(0, keepdim: true);
    }
}
