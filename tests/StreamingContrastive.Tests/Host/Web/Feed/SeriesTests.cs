using StreamingContrastive.Host.Web.Feed;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Tests.Host.Web.Feed;

public sealed class SeriesTests
{
    [Theory]
    [InlineData(HeldOut.Knn, "held-out")]
    [InlineData(HeldOut.None, null)]
    [InlineData(HeldOut.None, "held-out", "text")]
    [InlineData(HeldOut.None, null, "twitter", "google")]
    [InlineData(HeldOut.Retrieval, "held-out", "twitter", "google")]
    internal void Names_Pipeline_AreWhatItMeasures(HeldOut expected, string? topic, params string[] parts)
    {
        var series = new Series(Parts(parts) with { Monitor = new MonitorOptions { HeldOutTopic = topic } });

        series.Quality.ShouldBe(expected);
        series.Names.Contains("knn20").ShouldBe(expected == HeldOut.Knn);
        series.Names.Count(n => n.StartsWith("R@1 ", StringComparison.Ordinal)).ShouldBe(expected == HeldOut.Retrieval ? 2 : 0);
        series.Point(1, 2, new PipelineProgress(), new PipelineProgress()).Length.ShouldBe(series.Names.Count);
    }

    [Fact]
    public void Point_Retrieval_StandsInTheColumnOfItsDirectionOnce()
    {
        var series = new Series(Parts("twitter", "google", "text"));
        var now = new PipelineProgress { Retrieval = new RetrievalResult(100, [new("google", "text", 300, 0.25, 0.5, 0.75), new("twitter", "google", 300, 0.5, 0.6, 0.7)]) };

        var first = Named(series, series.Point(1, 0, now, new PipelineProgress()));
        var again = Named(series, series.Point(2, 0, now, now));

        series.Names.Skip(9).ShouldBe(["R@1 twitter → google", "R@1 twitter → text", "R@1 google → twitter", "R@1 google → text", "R@1 text → twitter", "R@1 text → google"]);
        first["R@1 google → text"].ShouldBe(0.25);
        first["R@1 twitter → google"].ShouldBe(0.5);
        first["R@1 text → google"].ShouldBe(double.NaN, "too few records had both");
        again["R@1 twitter → google"].ShouldBe(double.NaN, "an old value is not drawn as a new one");
    }

    [Fact]
    public void Names_ManyParts_AreBounded() =>
        new Series(Parts([.. Enumerable.Range(0, 32).Select(i => $"p{i}")])).Names.Count(n => n.StartsWith("R@1 ", StringComparison.Ordinal)).ShouldBe(Series.MostDirections);

    /// <summary>A pipeline of these parts that holds records out.</summary>
    internal static PipelineOptions Parts(params string[] names) => new()
    {
        Monitor = new MonitorOptions { HeldOutTopic = "held-out" },
        Input = new InputOptions { Parts = [.. names.Select(name => new PartOptions { Name = name })] },
    };

    private static Dictionary<string, double> Named(Series series, double[] point) => series.Names.Zip(point).ToDictionary(p => p.First, p => p.Second);
}
