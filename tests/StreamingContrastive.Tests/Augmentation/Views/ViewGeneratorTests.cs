using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Views;

namespace StreamingContrastive.Tests.Augmentation.Views;

public sealed class ViewGeneratorTests
{
    private static readonly AugmentationOptions Off = new()
    {
        CropMinArea = 1,
        FlipProbability = 0,
        JitterProbability = 0,
        GreyscaleProbability = 0,
    };

    private static readonly AugmentationOptions Everything = new()
    {
        RotationDegrees = 15,
        Translation = 0.1,
        BlurProbability = 1,
        BlurMaxSigma = 3,
        EraseProbability = 1,
        JitterProbability = 1,
        GreyscaleProbability = 0.5,
    };

    private static readonly ViewIdentity Identity = new(7, 99, 2, 12345, 0, 0);

    [Theory]
    [MemberData(nameof(TestPictures.Shapes), MemberType = typeof(TestPictures))]
    public void Generate_EverythingOff_CleanPicture(int height, int width, int channels)
    {
        var shape = new ImageShape(height, width, channels);
        byte[] clean = TestPictures.Noise(shape, 1);

        View(Off, shape, clean, Identity).ShouldBe(clean);
    }

    [Theory]
    [MemberData(nameof(TestPictures.Shapes), MemberType = typeof(TestPictures))]
    public void Generate_EverythingOn_SameInEveryInstanceWhateverCameBefore(int height, int width, int channels)
    {
        var shape = new ImageShape(height, width, channels);
        byte[] clean = TestPictures.Noise(shape, 2);
        var used = new ViewGenerator(Everything, shape);
        byte[] view = new byte[shape.ByteCount];
        for (int i = 0; i < 30; i++)
        {
            used.Generate(TestPictures.Noise(shape, i), view, Identity with { Offset = i });
        }

        used.Generate(clean, view, Identity);

        view.ShouldBe(View(Everything, shape, clean, Identity));
    }

    [Fact]
    public void Generate_ManyThreads_SameViews()
    {
        var shape = new ImageShape(28, 28, 3);
        byte[] clean = TestPictures.Noise(shape, 3);
        byte[][] expected = [.. Enumerable.Range(0, 200).Select(i => View(Everything, shape, clean, Identity with { Offset = i }))];
        byte[][] actual = new byte[200][];

        Parallel.For(
            0,
            200,
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken },
            () => new ViewGenerator(Everything, shape),
            (i, _, generator) =>
            {
                generator.Generate(clean, actual[i] = new byte[shape.ByteCount], Identity with { Offset = i });
                return generator;
            },
            _ => { });

        actual.ShouldBe(expected);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Generate_DefaultOptions_EveryIdentityItsOwnView(int channels)
    {
        var shape = new ImageShape(28, 28, channels);
        byte[] clean = TestPictures.Noise(shape, 4);
        ViewIdentity[] identities =
        [
            Identity, Identity with { View = 1 }, Identity with { Pass = 1 }, Identity with { Offset = 12346 }, Identity with { Partition = 3 },
            Identity with { TopicHash = 100 }, Identity with { Seed = 8 },
        ];

        identities.Select(i => Convert.ToHexString(View(new AugmentationOptions(), shape, clean, i))).Distinct().Count().ShouldBe(identities.Length);
    }

    [Fact]
    public void Generate_FlipSwitchedOn_ChangesNothingElse()
    {
        var shape = new ImageShape(28, 28, 3);
        byte[] clean = TestPictures.Noise(shape, 5);
        var without = new AugmentationOptions { FlipProbability = 0, EraseProbability = 0 };
        for (int offset = 0; offset < 50; offset++)
        {
            byte[] plain = View(without, shape, clean, Identity with { Offset = offset });
            byte[] flipped = View(without with { FlipProbability = 1 }, shape, clean, Identity with { Offset = offset });

            HorizontalFlip.Apply(flipped, shape);
            flipped.ShouldBe(plain);
        }
    }

    [Fact]
    public void Generate_ContrastSwitchedOff_BrightnessAndCropUnchanged()
    {
        var shape = new ImageShape(28, 28, 1);
        byte[] clean = TestPictures.Noise(shape, 6);
        var cropOnly = Off with { CropMinArea = 0.5 };
        int brightnessFirst = 0;
        for (int offset = 0; offset < 200; offset++)
        {
            var identity = Identity with { Offset = offset };
            ulong key = ViewRandom.KeyOf(identity);
            double brightness = new ViewRandom(key, ViewStep.Brightness).NextBetween(0.6, 1.4);
            double contrast = new ViewRandom(key, ViewStep.Contrast).NextBetween(0.7, 1.3);
            byte[] crop = View(cropOnly, shape, clean, identity);
            byte[] brightThenContrast = [.. crop];
            Brightness.Apply(brightThenContrast, brightness);
            byte[] brightOnly = [.. brightThenContrast];
            Contrast.Apply(brightThenContrast, shape, contrast);
            byte[] contrastThenBright = [.. crop];
            Contrast.Apply(contrastThenBright, shape, contrast);
            Brightness.Apply(contrastThenBright, brightness);

            var jitter = cropOnly with { JitterProbability = 1, Brightness = 0.4, Contrast = 0.3 };
            byte[] both = View(jitter, shape, clean, identity);

            View(jitter with { Contrast = 0 }, shape, clean, identity).ShouldBe(brightOnly);
            bool first = both.AsSpan().SequenceEqual(brightThenContrast);
            (first || both.AsSpan().SequenceEqual(contrastThenBright)).ShouldBeTrue();
            brightnessFirst += first ? 1 : 0;
        }

        // Both orders occur, each about half the time.
        brightnessFirst.ShouldBeInRange(70, 130);
    }

    [Fact]
    public void Generate_Probabilities_AreKept()
    {
        var shape = new ImageShape(4, 4, 3);
        byte[] clean = TestPictures.Noise(shape, 7);
        var options = Off with { FlipProbability = 0.3 };
        var grey = Off with { GreyscaleProbability = 0.2 };

        Changed(options).ShouldBeInRange(540, 660);
        Changed(grey).ShouldBeInRange(340, 460);
        Changed(Off with { JitterProbability = 0.8 }).ShouldBeInRange(1540, 1660);

        int Changed(AugmentationOptions o) => Enumerable.Range(0, 2000).Count(offset =>
            !View(o, shape, clean, Identity with { Offset = offset }).AsSpan().SequenceEqual(clean));
    }

    [Fact]
    public void Generate_GreyPicture_ColourOptionsChangeNothing()
    {
        var shape = new ImageShape(28, 28, 1);
        byte[] clean = TestPictures.Noise(shape, 8);
        var plain = new AugmentationOptions { Saturation = 0, Hue = 0, GreyscaleProbability = 0 };

        View(new AugmentationOptions { GreyscaleProbability = 1 }, shape, clean, Identity).ShouldBe(View(plain, shape, clean, Identity));
    }

    [Theory]
    [InlineData(28, 28, 1)]
    [InlineData(32, 32, 3)]
    public void Generate_EverythingOn_AllocatesNothing(int height, int width, int channels)
    {
        var shape = new ImageShape(height, width, channels);
        byte[] clean = TestPictures.Noise(shape, 9);
        byte[] view = new byte[shape.ByteCount];
        var generator = new ViewGenerator(Everything with { FlipProbability = 1, GreyscaleProbability = 1 }, shape);
        generator.Generate(clean, view, Identity);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200; i++)
        {
            generator.Generate(clean, view, Identity with { Offset = i });
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Generate_WrongLength_NamesShapeAndBytes()
    {
        var generator = new ViewGenerator(Off, new ImageShape(4, 4, 1));

        Should.Throw<ArgumentException>(() => generator.Generate(new byte[16], new byte[15], Identity)).Message.ShouldContain("4x4x1 takes 16 bytes");
    }

    [Fact]
    public void Constructor_TwoChannels_Refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new ViewGenerator(Off, new ImageShape(4, 4, 2)));

    private static byte[] View(AugmentationOptions options, ImageShape shape, byte[] clean, ViewIdentity identity)
    {
        byte[] view = new byte[shape.ByteCount];
        new ViewGenerator(options, shape).Generate(clean, view, identity);
        return view;
    }
}
