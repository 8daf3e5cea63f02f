using StreamingContrastive.Augmentation;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Learning.Evaluation;

namespace StreamingContrastive.Tests.Host.Datasets;

public sealed class FashionMnistDatasetTests
{
    private static readonly Lazy<FashionMnistDataset> s_bundled = new(FashionMnistDataset.Bundled);

    [Fact]
    public void Bundled_Always_StreamsTheFirst8000AndHoldsOutTheLast2000()
    {
        FashionMnistDataset set = s_bundled.Value;

        set.Stream.Count.ShouldBe(8_000);
        set.HeldOut.Count.ShouldBe(2_000);
        set.Bank.Count.ShouldBe(8_000);
        set.Stream.Shape.ShouldBe(new ImageShape(28, 28, 1));

        // The published test labels start with an ankle boot, a pullover and two trousers.
        set.Stream.Labels[..4].ToArray().ShouldBe([9, 2, 1, 1]);
        FashionMnistDataset.ClassNames[set.Stream.Labels[0]].ShouldBe("Ankle boot");
    }

    [Fact]
    public void Bundled_Always_HasAThousandOfEachClass()
    {
        FashionMnistDataset set = s_bundled.Value;

        int[] labels = [.. set.Stream.Labels, .. set.HeldOut.Labels];

        labels.CountBy(label => label).OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value))
            .ShouldBe(Enumerable.Range(0, 10).Select(label => (label, 1_000)));
    }

    [Fact]
    public void Bundled_Always_CarriesItsLicence() =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Datasets", "FashionMnist", "NOTICE.txt")).ShouldContain("Copyright (c) 2017 Zalando SE");

    // A quarter of a minute of one core for a figure that only a change of the pictures or of kNN itself could move; both have quick tests.
    [Fact, Trait("Category", "Slow")]
    public void Knn_OfBundledPixels_IsWhereItWasMeasured()
    {
        FashionMnistDataset set = s_bundled.Value;

        IReadOnlyList<KnnResult> results = RawPixelBaseline.Knn(
            [KnnSettings.Nearest20, KnnSettings.Nearest200], set.Bank, set.HeldOut, TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', results));

        // Measured 0.7920 and 0.7210; another processor's rounding may turn a query or two.
        results[0].Accuracy.ShouldBe(.792, .002);
        results[1].Accuracy.ShouldBe(.721, .002);
    }

    [Fact]
    public void Features_OfPictures_AreUnitPixelVectors()
    {
        var pictures = new LabelledPictures("two", new ImageShape(1, 2, 1), new byte[] { 3, 4, 0, 0 }, new[] { 5, 6 });

        LabelledFeatures features = RawPixelBaseline.Features(pictures);

        features.Values.ShouldBe([.6f, .8f, 0, 0]);
        features.Labels.ShouldBe([5, 6]);
    }

    [Fact]
    public void FromDirectory_OfDirectoryWithoutFiles_NamesFileAndPackage()
    {
        string directory = Directory.CreateTempSubdirectory("no-fashion-").FullName;

        string message = Should.Throw<FileNotFoundException>(() => FashionMnistDataset.FromDirectory(directory)).Message;

        Directory.Delete(directory);
        message.ShouldContain(Path.Combine(directory, "train-images-idx3-ubyte.gz"));
        message.ShouldContain("apt install dataset-fashion-mnist");
    }

    [Fact]
    public void FromDirectory_OfTheDebianPackage_HasTheFullSet()
    {
        Assert.SkipUnless(
            Directory.Exists(FashionMnistDataset.DebianDirectory), $"{FashionMnistDataset.DebianDirectory} is not there: apt install {FashionMnistDataset.DebianPackage}");

        FashionMnistDataset set = FashionMnistDataset.FromDirectory(FashionMnistDataset.DebianDirectory);

        set.Stream.Count.ShouldBe(60_000);
        set.HeldOut.Count.ShouldBe(10_000);
        set.Bank.Count.ShouldBe(20_000);
        set.Bank.Picture(19_999).ToArray().ShouldBe(set.Stream.Picture(19_999).ToArray());
    }
}
