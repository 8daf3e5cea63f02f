using System.Diagnostics;
using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using StreamingContrastive.Benchmarks.Learning;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Native;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Benchmarks.Telemetry;

/// <summary>
/// <c>telemetry [steps]</c>: processor time and allocation per record of a step without telemetry, and of all that a pipeline tells of that
/// step: its chunks from poll to credit, the step, its measures, its outputs until they are acknowledged. Without a listener, with the
/// SDK's metrics, and with metrics and a trace for every record. Batch 256, queue 4,096, width 16, 28x28. The share must stay below 2 %.
/// </summary>
internal static class TelemetryVerb
{
    private const int BatchSize = 256;
    private const int Rounds = 3;

    public static int Run(string[] args)
    {
        var steps = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 20;
        TorchNative.EnsureLoaded();
        var step = MeasureStep(steps);
        Console.WriteLine($"{"a step without telemetry",-44} {step.PerRecord}");
        var worst = 0.0;
        foreach (var (name, metrics, traces) in ((string, bool, bool)[])[("telemetry, nobody listens", false, false), ("telemetry, metrics exported", true, false), ("telemetry, metrics and a trace for each record", true, true)])
        {
            var told = MeasureTold(steps * 50, metrics, traces);
            var share = told.Microseconds / step.Microseconds;
            worst = Math.Max(worst, share);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-44} {told.PerRecord}   {share:P3} of a step"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(worst < 0.02 ? "below" : "NOT below")} 2 %; {Environment.ProcessorCount} processors"));
        return worst < 0.02 ? 0 : 1;
    }

    private static Cost MeasureStep(int steps)
    {
        using var trainer = new ContrastiveTrainer(new TrainerConfiguration(
            new InputGeometry(28, 28, 1), new EncoderOptions(), new ObjectiveOptions(), new TrainingOptions { BatchSize = BatchSize, Device = "cpu" }, Seed: 1, PublishProjection: false));
        var batch = NoiseBatch.Create(BatchSize);
        return Measure(steps, () => trainer.Step(NoiseBatch.Renumber(batch), collectMetrics: false));
    }

    private static Cost MeasureTold(int steps, bool metrics, bool traces)
    {
        using var meter = metrics ? Sdk.CreateMeterProviderBuilder().AddMeter(PipelineMetrics.MeterName).AddReader(new PeriodicExportingMetricReader(new NowhereMetrics())).Build() : null;
        using var tracer = traces ? Sdk.CreateTracerProviderBuilder().AddSource(PipelineTracing.SourceName).AddProcessor(new BatchActivityExportProcessor(new NowhereSpans())).Build() : null;
        using var instruments = new PipelineMetrics("bench");
        var told = new ToldStep(new PipelineTelemetry(instruments, "bench", TimeProvider.System), BatchSize);
        return Measure(steps, told.Tell);
    }

    // The median of rounds: what else runs on the machine makes a round dearer, never cheaper.
    private static Cost Measure(int count, Action work)
    {
        for (var i = 0; i < Math.Max(3, count / 10); i++)
        {
            work();
        }

        var costs = new List<Cost>();
        for (var round = 0; round < Rounds; round++)
        {
            using var process = Process.GetCurrentProcess();
            var (time, bytes) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes(precise: true));
            for (var i = 0; i < count; i++)
            {
                work();
            }

            process.Refresh();
            var records = (double)count * BatchSize;
            costs.Add(new Cost((process.TotalProcessorTime - time).TotalMicroseconds / records, (GC.GetTotalAllocatedBytes(precise: true) - bytes) / records));
        }

        return costs.OrderBy(c => c.Microseconds).ElementAt(Rounds / 2);
    }

    private readonly record struct Cost(double Microseconds, double Bytes)
    {
        public string PerRecord => string.Create(CultureInfo.InvariantCulture, $"{Microseconds,9:0.000} us of processor, {Bytes,8:0.0} bytes a record");
    }

    private sealed class NowhereMetrics : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }

    private sealed class NowhereSpans : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch) => ExportResult.Success;
    }
}
