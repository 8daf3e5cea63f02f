using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Tests.Augmentation;

namespace StreamingContrastive.Tests.Host.Datasets;

public sealed class IntentsDatasetTests
{
    [Fact]
    public void FromDirectory_Banking77_HasItsCountsAndIsShuffled()
    {
        var set = IntentsDataset.FromDirectory(Path.GetDirectoryName(RepositoryData.Shared("banking77/train.csv")));

        (set.Stream.Count, set.HeldOut.Count, set.Intents.Count).ShouldBe((10_003, 3_080, 77));
        set.HeldOut.Texts[0].ShouldBe("How do I locate my card?");
        set.Intents[set.HeldOut.Labels[0]].ShouldBe("card_arrival");
        set.Stream.Labels.Take(100).Distinct().Count().ShouldBeGreaterThan(40);
        set.Stream.Texts.Zip(set.Stream.Labels).Single(p => p.First == "I am still waiting on my card?").Second.ShouldBe(set.HeldOut.Labels[0]);
    }

    [Fact]
    public void FromDirectory_NoneNamed_SaysWhereTheSetIsFrom() =>
        Should.Throw<UsageException>(() => IntentsDataset.FromDirectory(null)).Message.ShouldContain("--data DIR");

    [Theory]
    [InlineData(null, "is missing")]
    [InlineData("question,label\nx,y\n", "text and category")]
    [InlineData("text,category\n", "with a row of questions below")]
    [InlineData("text,category\n\"x,y\n", "is no CSV")]
    public void FromDirectory_AnotherFile_SaysWhichAndWhy(string? train, string part)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            if (train is not null)
            {
                File.WriteAllText(Path.Combine(folder.FullName, "train.csv"), train);
            }

            Should.Throw<UsageException>(() => IntentsDataset.FromDirectory(folder.FullName)).Message.ShouldSatisfyAllConditions(m => m.ShouldContain("train.csv"), m => m.ShouldContain(part));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void FromDirectory_ACategoryOfTheTestOnly_IsRefused()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "train.csv"), "text,category\na,x\n");
            File.WriteAllText(Path.Combine(folder.FullName, "test.csv"), "text,category\nb,y\n");

            Should.Throw<UsageException>(() => IntentsDataset.FromDirectory(folder.FullName)).Message.ShouldContain("category y");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
