using StreamingContrastive.Host.Running;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Tests.Host.Running;

public sealed class HeldOutQualityTests
{
    [Fact]
    public void Of_NothingMeasuredYet_IsADash() => HeldOutQuality.Of(new PipelineProgress()).ShouldBe("held out -");

    [Fact]
    public void Of_KnnMeasured_IsKnn() =>
        HeldOutQuality.Of(new PipelineProgress { Probe = new ProbeResult(5, Knn20: 0.8125, Knn200: 0.7, RankMe: 9) }).ShouldBe("kNN-20 0.813");

    [Fact]
    public void Of_RecordsOfParts_IsTheFirstDirectionsRetrieval()
    {
        var retrieval = new RetrievalResult(20, [new PartRecall("image", "text", 50, 0.25, 0.5, 0.75), new PartRecall("text", "image", 50, 0.1, 0.2, 0.3)]);

        HeldOutQuality.Of(new PipelineProgress { Retrieval = retrieval }).ShouldBe("R@1 image->text 0.250");
    }
}
