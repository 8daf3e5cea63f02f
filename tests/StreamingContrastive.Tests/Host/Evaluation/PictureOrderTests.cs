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
    public void Repeated_EveryPictureOnceInOrder_AndTheShareASecondTimeLaterWithOtherViews()
    {
        var order = new RepeatedOrder(1000, 0.2, seed: 3);

        order.Length.ShouldBe(1200);
        var drawn = Enumerable.Range(0, order.Length).Select(i => order.At(i)).ToList();
        drawn.DistinctBy(d => d.Picture).Select(d => d.Picture).ShouldBe(Enumerable.Range(0, 1000)); // first sendings keep their order
        var counts = drawn.GroupBy(d => d.Picture).Select(g => g.Count()).ToList();
        (counts.Count(c => c == 2), counts.Max()).ShouldBe((200, 2));
        drawn.Select(d => d.Offset).ShouldBe(Enumerable.Range(0, 1200).Select(i => (long)i)); // offsets, which views hang on, are never the same
        drawn.GroupBy(d => d.Picture).Where(g => g.Count() == 2).Average(g => g.Last().Offset - g.First().Offset).ShouldBeInRange(200, 400); // 300 at even draws
        Enumerable.Range(0, 1200).Select(i => new RepeatedOrder(1000, 0.2, seed: 4).At(i).Picture).ShouldNotBe(drawn.Select(d => d.Picture));
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
