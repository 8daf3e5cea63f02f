using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Operations;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Host.Web;

/// <summary>What a dashboard shows.</summary>
/// <param name="Options">The pipeline.</param>
/// <param name="Board">Where it leaves its progress.</param>
/// <param name="Stages">Where it counts its time.</param>
/// <param name="Logging">Logging.</param>
/// <param name="Clock">Clock.</param>
internal sealed record DashboardSubject(PipelineOptions Options, ProgressBoard Board, StageTimes Stages, ILoggerFactory Logging, TimeProvider Clock)
{
    /// <summary>Records of the sample for the map: what one picture shows well, and what costs little to embed.</summary>
    public const int SampleRecords = 600;

    /// <summary>Names of the classes from 0; empty where nobody knows them.</summary>
    public IReadOnlyList<string> LabelNames { get; init; } = [];

    /// <summary>Where the run says what may be asked of it.</summary>
    public OperationsBoard Operations { get; init; } = new();

    /// <summary>Consumed records at which the run ends; null for a stream without end.</summary>
    public long? Target { get; init; }
}
