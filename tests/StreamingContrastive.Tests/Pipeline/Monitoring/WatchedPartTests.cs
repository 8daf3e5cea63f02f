using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Monitoring;

namespace StreamingContrastive.Tests.Pipeline.Monitoring;

public sealed class WatchedPartTests
{
    [Fact]
    public void TryRead_RowOfParts_IsTheFirstPartWhereItIsThere()
    {
        var layout = new RowLayout([RowPart.Picture("a", 1, 3, 1), RowPart.Text("b", 1)]);
        var part = WatchedPart.Of(layout);
        var batch = new TrainingBatch(2, layout.Sizes) { Count = 2 };
        new byte[] { 3, 0, 0, 0, 7, 8, 9 }.CopyTo(batch.Clean, 0);
        batch.Clean[layout.CleanBytes] = 2;

        part.TryRead(batch, 0, out var view).ShouldBeTrue();
        view.ToArray().ShouldBe([7, 8, 9]);
        part.TryRead(batch, 1, out _).ShouldBeFalse();
    }

    [Fact]
    public void TryRead_AnotherPart_IsThatOne()
    {
        var layout = new RowLayout([RowPart.Picture("a", 1, 3, 1), RowPart.Text("b", 1)]);
        var batch = new TrainingBatch(2, layout.Sizes) { Count = 2 };
        new byte[] { 2, 0, 0, 0, 0, 0, 0, 0, 4, 5, 6, 7 }.CopyTo(batch.Clean, 0);
        batch.Clean[layout.CleanBytes] = 1;

        WatchedPart.Of(layout, 1).TryRead(batch, 0, out var view).ShouldBeTrue();
        view.ToArray().ShouldBe([4, 5, 6, 7]);
        WatchedPart.Of(layout, 1).TryRead(batch, 1, out _).ShouldBeFalse();
    }

    [Fact]
    public void TryRead_OnePicture_IsTheRow()
    {
        var batch = new TrainingBatch(1, 3) { Count = 1 };
        batch.Clean[2] = 9;

        WatchedPart.Pixels(3).TryRead(batch, 0, out var view).ShouldBeTrue();
        view.ToArray().ShouldBe([0, 0, 9]);
    }
}
