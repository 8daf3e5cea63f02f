using StreamingContrastive.Host.Datasets;

namespace StreamingContrastive.Tests.Host.Datasets;

public sealed class EmojiPairsDatasetTests
{
    private static readonly EmojiPairsDataset s_set = EmojiPairsDataset.Bundled();

    [Fact]
    public void Bundled_HoldsAllEmojiWithTheirTexts()
    {
        s_set.Pairs.Count.ShouldBe(1911);
        (s_set.Twitter.Count, s_set.Google.Count).ShouldBe((1911, 1911));
        s_set.Twitter.Shape.ByteCount.ShouldBe(32 * 32 * 3);
        s_set.Pairs[0].Text.ShouldBe("grinning face: cheerful, cheery, face, grin, grinning, happy, laugh, nice, smile, smiling, teeth");
        s_set.CategoryNames.Count.ShouldBe(10);
        s_set.CategoryNames[s_set.Google.Labels[0]].ShouldBe("Smileys & Emotion");
    }

    [Fact]
    public void Split_IsAFunctionOfTheIndexThatEveryoneCanRepeat()
    {
        // The first values were computed with Python's integers.
        Enumerable.Range(0, 10).Select(EmojiSplit.Fifth).ShouldBe([0, 0, 0, 3, 3, 3, 2, 2, 2, 3]);
        s_set.HeldOut.Count.ShouldBe(392);
    }

    [Fact]
    public void Split_TearsNothingAndDoublesNothing()
    {
        s_set.Train.Concat(s_set.HeldOut).Order().ShouldBe(Enumerable.Range(0, 1911));
        s_set.HeldOut.ShouldAllBe(i => EmojiSplit.Fifth(i) == 0);
    }

    [Fact]
    public void FromDirectory_WithoutTheFiles_NamesTheFirstThatIsMissing() =>
        Should.Throw<FileNotFoundException>(() => EmojiPairsDataset.FromDirectory(Path.GetTempPath())).Message.ShouldContain("pairs.tsv is missing");
}
