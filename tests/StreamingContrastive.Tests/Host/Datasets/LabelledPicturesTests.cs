using StreamingContrastive.Augmentation;
using StreamingContrastive.Host.Datasets;

namespace StreamingContrastive.Tests.Host.Datasets;

public sealed class LabelledPicturesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("labelled-pictures-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Slice_OfPictures_SharesPixelsAndLabels()
    {
        LabelledPictures pictures = new("all", new ImageShape(1, 2, 1), new byte[] { 1, 2, 3, 4, 5, 6 }, new[] { 7, 8, 9 });

        LabelledPictures slice = pictures.Slice("last two", 1, 2);

        slice.Count.ShouldBe(2);
        slice.Labels.ToArray().ShouldBe([8, 9]);
        slice.Picture(1).ToArray().ShouldBe([5, 6]);
    }

    [Fact]
    public void Constructor_OfOtherNumberOfLabels_Refuses() =>
        Should.Throw<ArgumentException>(() => new LabelledPictures("odd", new ImageShape(1, 2, 1), new byte[3], new int[2])).Message.ShouldContain("1x2x1");

    [Fact]
    public void FromIdx_OfColourPictures_TakesChannelsFromTheFile()
    {
        string pictures = Save("pictures", [0, 0, 8, 4, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]);
        string labels = Save("labels", [0, 0, 8, 1, 0, 0, 0, 1, 200]);

        LabelledPictures set = LabelledPictures.FromIdx("colour", pictures, labels);

        set.Shape.ShouldBe(new ImageShape(1, 2, 3));
        set.Labels.ToArray().ShouldBe([200]);
    }

    [Fact]
    public void FromIdx_OfFilesThatDoNotBelongTogether_NamesBoth()
    {
        string pictures = Save("pictures", [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 9]);
        string labels = Save("labels", [0, 0, 8, 1, 0, 0, 0, 2, 1, 2]);

        string message = Should.Throw<InvalidDataException>(() => LabelledPictures.FromIdx("odd", pictures, labels)).Message;

        message.ShouldContain(pictures);
        message.ShouldContain(labels);
        Should.Throw<InvalidDataException>(() => LabelledPictures.FromIdx("swapped", labels, pictures)).Message.ShouldContain("[count, height, width]");
    }

    private string Save(string name, byte[] content)
    {
        string path = Path.Combine(_directory, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
