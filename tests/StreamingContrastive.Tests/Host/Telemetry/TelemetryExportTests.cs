using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Host.Telemetry;

namespace StreamingContrastive.Tests.Host.Telemetry;

public sealed class TelemetryExportTests
{
    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "/var/run/collector")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://collector")]
    public void Start_EndpointThatIsNoAddress_IsRefusedWithItsName(string name, string value)
    {
        var refusal = Should.Throw<ConfigurationException>(() => TelemetryExport.Start(new Dictionary<string, string> { [name] = value }));

        refusal.Message.ShouldStartWith($"{name} is '{value}' (environment)");
        refusal.Message.ShouldContain("http://127.0.0.1:4317");
    }

    [Fact]
    public void Start_SdkDisabled_LooksAtNothing() => TelemetryExport.Start(new Dictionary<string, string>
    {
        ["OTEL_SDK_DISABLED"] = "true",
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "nonsense",
    }).Dispose();
}
