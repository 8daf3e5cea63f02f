using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using StreamingContrastive.IntegrationTests.Commands;
using StreamingContrastive.IntegrationTests.Hosting;

namespace StreamingContrastive.IntegrationTests.Telemetry;

/// <summary>The program exports over OTLP where the environment names a collector.</summary>
public sealed class OtlpTests
{
    [Fact]
    public async Task Run_CollectorNamed_GetsMetricsTracesAndLogs()
    {
        var received = new ConcurrentDictionary<string, string>();
        await using var collector = await CollectorAsync(received);
        await using var harness = new PipelineHarness(partitions: 1);
        await harness.ProducePicturesAsync(0, 96);

        var result = await ProgramProcess.RunAsync(
            new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.Single(), ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf", ["OTEL_SERVICE_NAME"] = "shoes" },
            "run", "minimal", "--records", "96", "--bootstrap", harness.Options.Kafka.BootstrapServers,
            "--set", "name=test", "--set", $"checkpoint:directory={harness.State.FullName}", "--set", "encoder:width=4", "--set", "training:batchSize=32", "--set", "training:threads=1");

        result.ExitCode.ShouldBe(0, result.Error);
        received.Keys.Order(StringComparer.Ordinal).ShouldBe(["/v1/logs", "/v1/metrics", "/v1/traces"]);
        received["/v1/metrics"].ShouldContain("contrastive.step.duration");
        received["/v1/traces"].ShouldContain("process records");
        received["/v1/logs"].ShouldContain("Subscribed to");
        received.Values.ShouldAllBe(body => body.Contains("shoes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_EndpointThatIsNoAddress_IsRefusedBeforeAnythingStarts()
    {
        var result = await ProgramProcess.RunAsync(new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "collector:4317" }, "run", "minimal", "--bootstrap", "127.0.0.1:9");

        result.ExitCode.ShouldBe(2, result.Error);
        result.Error.ShouldContain("OTEL_EXPORTER_OTLP_ENDPOINT is 'collector:4317' (environment)");
    }

    private static async Task<WebApplication> CollectorAsync(ConcurrentDictionary<string, string> received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/{**path}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received.AddOrUpdate(context.Request.Path, Encoding.Latin1.GetString(body.ToArray()), (_, before) => before + Encoding.Latin1.GetString(body.ToArray()));
            return Results.Bytes([], "application/x-protobuf");
        });
        await app.StartAsync();
        return app;
    }
}
