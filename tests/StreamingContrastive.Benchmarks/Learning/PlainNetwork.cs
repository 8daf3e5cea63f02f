using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StreamingContrastive.Benchmarks.Learning;

/// <summary>The small ResNet of width 16 with its head, as TorchSharp's own modules: what a user writes by hand.</summary>
internal sealed class PlainNetwork : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> backbone;
    private readonly nn.Module<Tensor, Tensor> head;

    public PlainNetwork(int width, int projection)
        : base(nameof(PlainNetwork))
    {
        backbone = nn.Sequential(
            Conv(1, width, 3, 1), nn.BatchNorm2d(width), nn.ReLU(inplace: true),
            new PlainBlock(width, width, 1), new PlainBlock(width, 2 * width, 2), new PlainBlock(2 * width, 4 * width, 2),
            nn.AdaptiveAvgPool2d(1), nn.Flatten());
        head = nn.Sequential(nn.Linear(4 * width, 4 * width), nn.ReLU(inplace: true), nn.Linear(4 * width, projection));
        RegisterComponents();
    }

    public Tensor Features(Tensor x) => nn.functional.normalize(backbone.call(x));

    public override Tensor forward(Tensor input) => nn.functional.normalize(head.call(backbone.call(input)));

    internal static Conv2d Conv(int inputs, int outputs, int kernel, int stride) =>
        nn.Conv2d(inputs, outputs, kernel, stride: stride, padding: kernel / 2, bias: false);
}

/// <summary>The basic residual block in TorchSharp's modules.</summary>
internal sealed class PlainBlock : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> body;
    private readonly nn.Module<Tensor, Tensor>? shortcut;

    public PlainBlock(int inputs, int outputs, int stride)
        : base(nameof(PlainBlock))
    {
        body = nn.Sequential(
            PlainNetwork.Conv(inputs, outputs, 3, stride), nn.BatchNorm2d(outputs), nn.ReLU(inplace: true),
            PlainNetwork.Conv(outputs, outputs, 3, 1), nn.BatchNorm2d(outputs));
        shortcut = stride == 1 ? null : nn.Sequential(PlainNetwork.Conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => body.call(input).add_(shortcut?.call(input) ?? input).relu_();
}
