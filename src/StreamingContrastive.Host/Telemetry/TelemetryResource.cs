using System.Reflection;
using OpenTelemetry.Resources;

namespace StreamingContrastive.Host.Telemetry;

/// <summary>Who it is that exports: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win over what is said here.</summary>
internal static class TelemetryResource
{
    /// <summary>Default of service.name.</summary>
    public const string ServiceName = "streaming-contrastive";

    /// <summary>Describes this process.</summary>
    public static void Describe(ResourceBuilder resource) => resource
        .Clear()
        .AddTelemetrySdk()
        .AddService(ServiceName, serviceVersion: typeof(TelemetryResource).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion)
        .AddEnvironmentVariableDetector();
}
