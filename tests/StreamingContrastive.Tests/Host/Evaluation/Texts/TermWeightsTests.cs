using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Host.Evaluation.Texts;
using StreamingContrastive.Learning.Evaluation;

namespace StreamingContrastive.Tests.Host.Evaluation.Texts;

public sealed class TermWeightsTests
{
    private static readonly LabelledTexts Learn = new("learn", ["my card is lost", "my card, my card!", "top up failed"], [0, 0, 1]);

    /// <summary>By hand: N = 3; my and card are in 2 texts, idf = 1 + ln(4/3); twice in the second, 1 + ln 2.</summary>
    [Fact]
    public void Features_OfAKnownText_AreItsWeights()
    {
        var features = new TermWeights(Learn).Features(Learn);
        var second = features.Values.AsSpan(features.Dimension, features.Dimension).ToArray();

        features.Dimension.ShouldBe(8); // my, card, is, lost, top, up, failed and the place of no word
        second[0].ShouldBe((float)((1 + Math.Log(2)) * (1 + Math.Log(4.0 / 3))), 1e-6f);
        second[1].ShouldBe(second[0]);
        second[2..].ShouldAllBe(w => w == 0);
        features.Values[2].ShouldBe((float)(1 + Math.Log(2)), 1e-6f); // is: in 1 of 3
    }

    [Fact]
    public void Features_OfUnknownWords_AreNoNeighbourOfAnything()
    {
        var weights = new TermWeights(Learn);
        var asked = weights.Features(new LabelledTexts("asked", ["exchange rate", "up"], [0, 1]));

        asked.Values.AsSpan(0, 8).ToArray().ShouldBe([0, 0, 0, 0, 0, 0, 0, 1]);
        KnnClassifier.Hits(new KnnSettings(1, 0.07), weights.Features(Learn), asked, TestContext.Current.CancellationToken)[1].ShouldBeTrue();
    }

    [Theory]
    [InlineData("I can’t, DON'T! 3.5", "i cant dont 3 5")]
    [InlineData(" ...", "")]
    public void Words_OfAText_AreLowerCasedRuns(string text, string words) => string.Join(' ', TermWeights.Words(text)).ShouldBe(words);
}
