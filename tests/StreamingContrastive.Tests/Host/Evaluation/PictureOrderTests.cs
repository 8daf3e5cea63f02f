using StreamingContrastive.Host.Evaluation;

namespace StreamingContrastive.Tests.Host.Evaluation;

public sealed class PictureOrderTests
{
    [Fact]
    public void Stream_PictureComesAgain_IsANewRecord()
    {
        var order = new StreamOrder(3);

        Enumerable.Range(0, 5).Select(i => order.At(i)).ShouldBe([new Drawn(0, 0, 0), new Drawn(1, 1, 0), new Drawn(2, 2, 0), new Drawn(0, 3, 0), new Drawn(1, 4, 0)]);
    }

    [Fact]
    public void Epochs_EachEpoch_HasEveryPictureOnceInAnotherOrderWithOtherViews()
    {
        int[] pictures = [.. Enumerable.Range(10, 50)];
        var order = new EpochOrder(pictures, seed: 4);

        var first = Enumerable.Range(0, 50).Select(i => order.At(i)).ToList();
        var second = Enumerable.Range(50, 50).Select(i => order.At(i)).ToList();

        foreach (var (epoch, pass) in ((List<Drawn>, int)[])[(first, 0), (second, 1)])
        {
            epoch.Select(d => d.Picture).Order().ShouldBe(pictures);
            epoch.ShouldAllBe(d => d.Pass == pass && d.Offset == d.Picture);
        }

        second.Select(d => d.Picture).ShouldNotBe(first.Select(d => d.Picture));
        // Seed and epoch alone decide: an order that starts in the second epoch has the same one.
        new EpochOrder(pictures, seed: 4).At(77).ShouldBe(second[27]);
        new EpochOrder(pictures, seed: 5).At(0).Pass.ShouldBe(0);
        Enumerable.Range(0, 50).Select(i => new EpochOrder(pictures, seed: 5).At(i).Picture).ShouldNotBe(first.Select(d => d.Picture));
    }
}
