using StreamingContrastive.Contracts.Rows;

namespace StreamingContrastive.Tests.Contracts.Rows;

public sealed class RowLayoutTests
{
    private static readonly RowPart Picture = RowPart.Picture("picture", 3, 3, 1);
    private static readonly RowPart Text = RowPart.Text("text", tokens: 5, hardNegatives: 2);

    [Fact]
    public void OnePicture_IsItsPixels()
    {
        var layout = RowLayout.OnePicture(28, 28, 1);

        layout.IsBare.ShouldBeTrue();
        layout.Sizes.ShouldBe(new RowSizes(784, 784, 784));
        layout.OffsetOf(0).ShouldBe(0);
        layout.Has([], 0).ShouldBeTrue();
    }

    /// <summary>Golden: 4 presence + 12 (9 padded) + 20; behind them 4 + 2 x 20 and 4 + 3 x 8.</summary>
    [Fact]
    public void PictureAndText_SizesAndOffsetsAreTheContracts()
    {
        var layout = new RowLayout([Picture, Text]) { References = 3 };

        layout.Sizes.ShouldBe(new RowSizes(36, 108, 36));
        (layout.OffsetOf(0), layout.OffsetOf(1)).ShouldBe((4, 16));
        (layout.NegativesOffsetOf(1), layout.NegativeSlotOf(1, 0), layout.NegativeSlotOf(1, 1)).ShouldBe((36, 40, 60));
        layout.ReferencesOffset.ShouldBe(80);
        (layout.IndexOf("text"), layout.IndexOf("Text")).ShouldBe((1, -1));
    }

    [Fact]
    public void PaddedNegatives_SlotsAreMultiplesOfFour()
    {
        var layout = new RowLayout([Picture with { HardNegatives = 2 }, RowPart.Picture("b", 1, 1, 3, hardNegatives: 1)]);

        (layout.NegativesOffsetOf(0), layout.NegativeSlotOf(0, 1)).ShouldBe((20, 36));
        (layout.NegativesOffsetOf(1), layout.NegativeSlotOf(1, 0)).ShouldBe((48, 52));
        layout.Sizes.ShouldBe(new RowSizes(20, 56, 20));
    }

    [Fact]
    public void SingleParts_WithAnythingBesidesPixels_HaveAHeader()
    {
        new RowLayout([Text with { HardNegatives = 0 }]).Sizes.ShouldBe(new RowSizes(24, 24, 24));
        new RowLayout([Picture with { HardNegatives = 1 }]).Sizes.ShouldBe(new RowSizes(16, 32, 16));
        new RowLayout([Picture]) { References = 1 }.Sizes.ShouldBe(new RowSizes(16, 28, 16));
    }

    [Fact]
    public void Has_ReadsTheBitOfThePart()
    {
        var layout = new RowLayout([Picture, Text]);
        var row = new byte[layout.QueryBytes];
        row[0] = 0b10;

        (layout.Has(row, 0), layout.Has(row, 1)).ShouldBe((false, true));
    }

    /// <summary>A walk over the row, as the contract tells it, against the offsets.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Offsets_OfRandomLayouts_AreThoseOfAWalk(int seed)
    {
        var random = new Random(seed);
        RowPart[] parts = [.. Enumerable.Range(0, 1 + random.Next(6)).Select(i => random.Next(2) == 0
            ? RowPart.Picture($"p{i}", 1 + random.Next(9), 1 + random.Next(9), random.Next(2) == 0 ? 1 : 3, 1 + random.Next(3))
            : RowPart.Text($"t{i}", 1 + random.Next(40), random.Next(3)))];
        var layout = new RowLayout(parts) { References = random.Next(3) };
        var at = 4;
        for (var i = 0; i < parts.Length; at = Pad(at + parts[i].Bytes), i++)
        {
            layout.OffsetOf(i).ShouldBe(at);
        }

        layout.QueryBytes.ShouldBe(at);
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].HardNegatives > 0)
            {
                layout.NegativesOffsetOf(i).ShouldBe(at);
                at += 4 + (parts[i].HardNegatives * Pad(parts[i].Bytes));
            }
        }

        layout.KeyBytes.ShouldBe(layout.References == 0 ? at : at + 4 + (8 * layout.References));
    }

    [Fact]
    public void Layouts_ThatAreNone_AreRefused()
    {
        Should.Throw<ArgumentException>(() => new RowLayout([])).Message.ShouldContain("1 to 32");
        Should.Throw<ArgumentException>(() => new RowLayout([Picture, Picture])).Message.ShouldContain("picture, picture");
        Should.Throw<ArgumentException>(() => new RowLayout([Text with { Tokens = 0 }])).Message.ShouldContain("no size");
        Should.Throw<InvalidOperationException>(() => new RowLayout([Picture]).NegativesOffsetOf(0)).Message.ShouldContain("picture");
        Should.Throw<OverflowException>(() => new RowLayout([RowPart.Picture("big", 40_000, 40_000, 3)]));
    }

    private static int Pad(int bytes) => (bytes + 3) / 4 * 4;
}
