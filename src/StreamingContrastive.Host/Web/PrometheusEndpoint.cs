using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using StreamingContrastive.Host.Telemetry;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Host.Web;

/// <summary>The pipeline's instruments for Prometheus. Names follow OpenTelemetry's rules (<see cref="InstrumentDefinition.PrometheusName"/>).</summary>
internal static class PrometheusEndpoint
{
    /// <summary>Where Prometheus scrapes.</summary>
    public const string Path = "/metrics";

    /// <summary>Begins to collect. What a run tells before the web host has started is kept by its instruments; distributions begin here.</summary>
    public static IServiceCollection AddPipelineMetrics(this IServiceCollection services)
    {
        services.AddOpenTelemetry()
            .ConfigureResource(TelemetryResource.Describe)
            .WithMetrics(metrics => metrics.AddMeter(PipelineMetrics.MeterName).AddPrometheusExporter());
        return services;
    }

    /// <summary>Maps <see cref="Path"/>.</summary>
    public static IEndpointConventionBuilder MapPipelineMetrics(this IEndpointRouteBuilder endpoints) => endpoints.MapPrometheusScrapingEndpoint(Path);
}
