using StreamingContrastive.Learning.Encoders;

namespace StreamingContrastive.Tests.Learning.Encoders;

/// <summary>Names and shapes of torchvision's resnet18, resnet34 and resnet50 (version 1.5: stride in the 3x3), without fc.</summary>
public sealed class TorchvisionLayoutTests
{
    [Theory]
    [InlineData(Architecture.ResNet18, 120)] // torchvision's state dict has 122 entries, two of them fc
    [InlineData(Architecture.ResNet34, 216)]
    [InlineData(Architecture.ResNet50, 318)]
    public void Layout_StandardStem_HasTorchvisionsNamesAndShapes(Architecture architecture, int entries)
    {
        var actual = Entries(new EncoderOptions { Architecture = architecture, Stem = Stem.Standard });
        var expected = Torchvision(architecture);

        expected.Count.ShouldBe(entries);
        actual.Keys.Order().ShouldBe(expected.Keys.Order());
        foreach (var (name, shape) in expected)
        {
            actual[name].ShouldBe(shape, name);
        }
    }

    // The figures of torchvision's model pages, less fc: 1000 x features weights and 1000 biases.
    [Theory]
    [InlineData(Architecture.ResNet18, 11_689_512 - (512 * 1000) - 1000)]
    [InlineData(Architecture.ResNet34, 21_797_672 - (512 * 1000) - 1000)]
    [InlineData(Architecture.ResNet50, 25_557_032 - (2048 * 1000) - 1000)]
    public void Layout_StandardStem_HasTorchvisionsParameterCount(Architecture architecture, long parameters)
    {
        var layout = new Encoder(new EncoderOptions { Architecture = architecture, Stem = Stem.Standard }, channels: 3).Layout;

        layout.Parameters.Where(p => !p.Name.StartsWith("projection.", StringComparison.Ordinal)).Sum(p => p.Length).ShouldBe(parameters);
    }

    // Written down one by one, so that a mistake in the generator below cannot hide one in the layout.
    [Theory]
    [InlineData(Architecture.ResNet50, "conv1.weight", 64, 3, 7, 7)]
    [InlineData(Architecture.ResNet50, "layer1.0.conv1.weight", 64, 64, 1, 1)]
    [InlineData(Architecture.ResNet50, "layer1.0.conv3.weight", 256, 64, 1, 1)]
    [InlineData(Architecture.ResNet50, "layer1.0.downsample.0.weight", 256, 64, 1, 1)]
    [InlineData(Architecture.ResNet50, "layer1.0.downsample.1.running_var", 256)]
    [InlineData(Architecture.ResNet50, "layer1.2.conv1.weight", 64, 256, 1, 1)]
    [InlineData(Architecture.ResNet50, "layer2.0.conv2.weight", 128, 128, 3, 3)]
    [InlineData(Architecture.ResNet50, "layer2.0.downsample.0.weight", 512, 256, 1, 1)]
    [InlineData(Architecture.ResNet50, "layer3.5.bn3.weight", 1024)]
    [InlineData(Architecture.ResNet50, "layer4.2.conv3.weight", 2048, 512, 1, 1)]
    [InlineData(Architecture.ResNet34, "layer3.5.conv2.weight", 256, 256, 3, 3)]
    [InlineData(Architecture.ResNet34, "layer4.0.downsample.0.weight", 512, 256, 1, 1)]
    [InlineData(Architecture.ResNet18, "layer2.0.conv1.weight", 128, 64, 3, 3)]
    public void Layout_StandardStem_HasThisTensor(Architecture architecture, string name, params int[] shape) =>
        Entries(new EncoderOptions { Architecture = architecture, Stem = Stem.Standard })[name].ShouldBe(shape.Select(s => (long)s));

    [Theory]
    [InlineData(Architecture.ResNet18)]
    [InlineData(Architecture.ResNet50)]
    public void Layout_SmallStem_DiffersInConv1Only(Architecture architecture)
    {
        var actual = Entries(new EncoderOptions { Architecture = architecture });
        var expected = Torchvision(architecture);
        expected["conv1.weight"] = [64, 3, 3, 3];

        actual.Keys.Order().ShouldBe(expected.Keys.Order());
        actual.ShouldAllBe(e => e.Value.SequenceEqual(expected[e.Key]));
    }

    private static Dictionary<string, long[]> Entries(EncoderOptions options)
    {
        var layout = new Encoder(options, channels: 3).Layout;
        return layout.Parameters.Select(p => (p.Name, p.Shape))
            .Concat(layout.Buffers.Select(b => (b.Name, Shape: (long[])[b.Length])))
            .Concat(layout.BatchCounters.Select(name => (Name: name, Shape: Array.Empty<long>())))
            .Where(p => !p.Name.StartsWith("projection.", StringComparison.Ordinal)).ToDictionary(p => p.Name, p => p.Shape);
    }

    private static Dictionary<string, long[]> Torchvision(Architecture architecture)
    {
        var bottleneck = architecture == Architecture.ResNet50;
        int[] blocks = architecture == Architecture.ResNet18 ? [2, 2, 2, 2] : [3, 4, 6, 3];
        List<(string Name, long[] Shape)> result = [("conv1.weight", [64, 3, 7, 7]), .. Norm("bn1", 64)];
        long inputs = 64;
        for (var stage = 0; stage < 4; stage++)
        {
            var (width, outputs) = (64L << stage, (bottleneck ? 256L : 64L) << stage);
            for (var block = 0; block < blocks[stage]; block++)
            {
                var prefix = $"layer{stage + 1}.{block}";
                (string, long[])[] convolutions = bottleneck
                    ? [($"{prefix}.conv1.weight", [width, inputs, 1, 1]), ($"{prefix}.conv2.weight", [width, width, 3, 3]), ($"{prefix}.conv3.weight", [outputs, width, 1, 1]), .. Norm($"{prefix}.bn3", outputs)]
                    : [($"{prefix}.conv1.weight", [width, inputs, 3, 3]), ($"{prefix}.conv2.weight", [width, width, 3, 3])];
                result.AddRange([.. convolutions, .. Norm($"{prefix}.bn1", width), .. Norm($"{prefix}.bn2", width)]);
                if (block == 0 && inputs != outputs)
                {
                    result.AddRange([($"{prefix}.downsample.0.weight", [outputs, inputs, 1, 1]), .. Norm($"{prefix}.downsample.1", outputs)]);
                }

                inputs = outputs;
            }
        }

        return result.ToDictionary(p => p.Name, p => p.Shape);
    }

    private static (string Name, long[] Shape)[] Norm(string name, long channels) =>
    [
        ($"{name}.weight", [channels]), ($"{name}.bias", [channels]), ($"{name}.running_mean", [channels]), ($"{name}.running_var", [channels]), ($"{name}.num_batches_tracked", []),
    ];
}
