using System.Text;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Host.Running;
using StreamingContrastive.Host.Telemetry;
using StreamingContrastive.Host.Web;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Host.Demo;

/// <summary>The demo: an embedded broker, a producer, the pipeline and a consumer of its embeddings, in one process.</summary>
internal sealed class DemoRunner : IDemoRunner
{
    private const string PipelineFile = "fashion-mnist";

    /// <inheritdoc />
    public async Task<int> RunAsync(DemoRequest request, ProgramContext context, CancellationToken cancellation)
    {
        // The progress says how it goes; only what is wrong is worth a line between it.
        using var export = TelemetryExport.Start(context.Environment);
        using var logging = ProgramContext.CreateLog(request.Verbose, LogLevel.Warning, export);
        var plan = Plan(request, context);
        await using var stage = DemoStage.Open(plan, logging, context.Clock);
        await stage.ProduceHeldOutAsync(cancellation).ConfigureAwait(false);

        var resumed = DurableLineage.Newest(stage.Options);
        var target = plan.Target(resumed?.Consumed ?? 0);
        Announce(context.Out, plan, resumed, target);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var board = new ProgressBoard();
        using var metrics = new PipelineMetrics(stage.Options.Name, context.Clock);
        var subject = new DashboardSubject(stage.Options, board, metrics.Stages, logging, context.Clock) { LabelNames = FashionMnistDataset.ClassNames, Target = target };
        await using var dashboard = await WebDashboard.TryStartAsync(request.Web, subject, context.Out, context.Error).ConfigureAwait(false);
        var production = await stage.StartProducingAsync(board, resumed?.Offsets, target, ending.Token).ConfigureAwait(false);

        var settings = new PipelineRunSettings
        {
            StopAfterRecords = target,
            EffectiveConfiguration = Encoding.UTF8.GetBytes(EffectiveConfiguration.ToJson(stage.Options)),
            ClusterId = "embedded-demo",
            Progress = board,
            Operations = subject.Operations,
            Metrics = metrics,
            SampleRecords = dashboard is null ? 0 : DashboardSubject.SampleRecords,
            Logging = logging,
            Clock = context.Clock,
        };
        await using var run = await PipelineRun.StartAsync(stage.Options, settings, cancellation).ConfigureAwait(false);
        if (request.MaxTime is { } limit)
        {
            ending.CancelAfter(limit);
        }

        var comparison = request.CompareBare ? new BareComparison(run, plan, context.Clock) : null;
        var memory = new MemoryWatch();
        await WatchAsync(run, plan, target, comparison, memory, context, ending.Token).ConfigureAwait(false);
        if (cancellation.IsCancellationRequested)
        {
            context.Out.WriteLine($"Stopped at checkpoint {board.Current.Checkpoint}. The same command goes on from there; --fresh starts over.");
            return ExitCodes.Ok;
        }

        await ending.CancelAsync().ConfigureAwait(false);
        await production.ConfigureAwait(false);
        var results = new DemoResults(plan, stage, run, comparison, memory, context);
        await results.WriteAsync(request.ReportFile).ConfigureAwait(false);
        return ExitCodes.Ok;
    }

    private static async Task WatchAsync(PipelineRun run, DemoPlan plan, long target, BareComparison? comparison, MemoryWatch memory, ProgramContext context, CancellationToken ending)
    {
        IProgressView view = Console.IsOutputRedirected
            ? new ProgressLines(run.Progress, context.Out, context.Clock)
            : new ProgressTable(run.Progress, $"{plan.Dataset.Stream.Name}: learning from a stream", target, context.Clock);
        var watching = memory.WatchAsync(run.Progress, target, run.Completion);
        var comparing = comparison?.RunAsync(target, ending) ?? Task.CompletedTask;
        await view.UntilAsync(run.Completion, ending).ConfigureAwait(false);
        await comparing.ConfigureAwait(false);
        if (!run.Completion.IsCompleted)
        {
            await run.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }

        await run.Completion.ConfigureAwait(false);
        await watching.ConfigureAwait(false);
    }

    private static DemoPlan Plan(DemoRequest request, ProgramContext context)
    {
        var full = request.DataDirectory is not null;
        var dataset = request.DataDirectory is { } directory ? FashionMnistDataset.FromDirectory(directory) : FashionMnistDataset.Bundled();
        var assignments = Overrides(full, request.Png).Select(text => new Assignment(text, "demo")).Concat(request.Assignments).ToList();
        var options = PipelineConfiguration.Load(new ConfigurationRequest(PipelineFile, context.Environment, assignments), context.Files).Options;
        var state = DurableLineage.DirectoryOf(options);
        if (request.Fresh && Directory.Exists(state))
        {
            Directory.Delete(state, recursive: true);
        }

        return new DemoPlan(dataset, options, DemoPlan.TotalRecords(request.MaxRecords, request.Passes, dataset, full), request.Png, request.PoisonShare);
    }

    /// <summary>
    /// What the demo changes of its pipeline file. A small probe is asked often, so that there is something to see; versions
    /// change with records and not with time, so that a repeated demo publishes the same ones.
    /// </summary>
    private static IEnumerable<string> Overrides(bool full, bool png)
    {
        yield return full ? "name=demo-full" : "name=demo";
        yield return full ? "monitor:everySteps=400" : "monitor:everySteps=80";
        yield return "monitor:bankRecords=2000";
        yield return "monitor:queryRecords=500";
        yield return "checkpoint:every=60s";
        if (png)
        {
            yield return "input:payload:format=image";
        }
    }

    private static void Announce(TextWriter output, DemoPlan plan, DurableLineage? resumed, long target)
    {
        output.WriteLine($"Streaming {plan.Dataset.Stream.Count:N0} pictures of {plan.Dataset.Stream.Name} through an embedded Kafka broker; {plan.Dataset.HeldOut.Count:N0} are held out.");
        output.WriteLine(resumed is null
            ? $"A fresh encoder learns from {target:N0} records, without labels."
            : $"Going on from checkpoint {resumed.Checkpoint} ({resumed.Consumed:N0} records) to {target:N0}; --fresh starts over.");
    }
}
