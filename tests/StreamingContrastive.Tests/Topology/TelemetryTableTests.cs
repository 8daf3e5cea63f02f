using StreamingContrastive.Host.Commands.Describe;

namespace StreamingContrastive.Tests.Topology;

public sealed class TelemetryTableTests
{
    [Fact]
    public void Generate_FromTheCatalogs_EqualsTheCheckedInTable() =>
        File.ReadAllText(Path.Combine(RepositoryFiles.Root, "topology", "telemetry.md")).ShouldBe(
            TelemetryTable.Generate(),
            "Metrics or spans changed. If that is meant (it breaks dashboards): streaming-contrastive describe --telemetry > topology/telemetry.md");
}
