using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Host.Telemetry;

/// <summary>
/// Sends metrics, traces and logs over OTLP where OTEL_EXPORTER_OTLP_ENDPOINT (or the variable of one signal) is set, and nothing anywhere
/// else: by default nothing leaves the machine. Protocol, headers, intervals and samplers are the SDK's own variables. Begin it before
/// the pipeline, so that nothing is missed; disposing sends what is left.
/// </summary>
internal sealed class TelemetryExport : IDisposable
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // A collector that is away must not hold the program's end up.
    private const int FlushMilliseconds = 2000;

    private readonly MeterProvider? _metrics;
    private readonly TracerProvider? _traces;
    private readonly bool _logs;

    private TelemetryExport(MeterProvider? metrics, TracerProvider? traces, bool logs) => (_metrics, _traces, _logs) = (metrics, traces, logs);

    /// <summary>Begins to export what the environment asks for.</summary>
    /// <exception cref="ConfigurationException">An endpoint is no http or https address.</exception>
    public static TelemetryExport Start(IReadOnlyDictionary<string, string> environment)
    {
        if (environment.GetValueOrDefault("OTEL_SDK_DISABLED") is { } disabled && disabled.Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            return new TelemetryExport(null, null, logs: false);
        }

        var (metrics, traces, logs) = (IsAsked(environment, "METRICS"), IsAsked(environment, "TRACES"), IsAsked(environment, "LOGS"));
        return new TelemetryExport(
            metrics ? Sdk.CreateMeterProviderBuilder().ConfigureResource(TelemetryResource.Describe).AddMeter(PipelineMetrics.MeterName).AddOtlpExporter().Build() : null,
            traces ? Sdk.CreateTracerProviderBuilder().ConfigureResource(TelemetryResource.Describe).AddSource(PipelineTracing.SourceName).AddOtlpExporter().Build() : null,
            logs);
    }

    /// <summary>Adds the export of logs, where it is asked for.</summary>
    public void AddLogs(ILoggingBuilder logging)
    {
        if (_logs)
        {
            var resource = ResourceBuilder.CreateEmpty();
            TelemetryResource.Describe(resource);
            logging.AddOpenTelemetry(options =>
            {
                options.SetResourceBuilder(resource);
                options.IncludeFormattedMessage = true;
                options.AddOtlpExporter();
            });
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _traces?.Shutdown(FlushMilliseconds);
        _metrics?.Shutdown(FlushMilliseconds);
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    private static bool IsAsked(IReadOnlyDictionary<string, string> environment, string signal)
    {
        foreach (var name in (ReadOnlySpan<string>)[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT", Endpoint])
        {
            if (environment.GetValueOrDefault(name) is { Length: > 0 } value)
            {
                return Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
                    ? true
                    : throw new ConfigurationException([new ConfigurationProblem(name, $"{name} is '{value}' (environment); an address such as http://127.0.0.1:4317 (gRPC, the default) or, with OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf, http://127.0.0.1:4318 is expected. Unset it to export nothing.")]);
            }
        }

        return false;
    }
}
