using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using StreamingContrastive.Host.Commands;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Hosting;

namespace StreamingContrastive.Host.Demo;

/// <summary>Evaluates what a demo has learned, prints it, and writes the report.</summary>
internal sealed class DemoResults(DemoPlan plan, DemoStage stage, PipelineRun run, BareComparison? comparison, MemoryWatch memory, ProgramContext context)
{
    private static readonly TimeSpan ReaderPatience = TimeSpan.FromSeconds(30);

    private static readonly JsonSerializerOptions ReportJson = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Evaluates, prints, writes.</summary>
    public async Task WriteAsync(string? file)
    {
        var progress = run.Progress.Current;
        await stage.Reader.FinishAsync(progress.EmbeddingsPublished, ReaderPatience, context.Clock).ConfigureAwait(false);
        context.Out.WriteLine("Evaluating the untrained and the trained encoder on the same pictures ...");
        var report = Measure();
        Print(report);
        if (file is not null)
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report, ReportJson) + "\n").ConfigureAwait(false);
            context.Out.WriteLine($"Report: {file}");
        }
    }

    private DemoReport Measure()
    {
        var progress = run.Progress.Current;
        var peak = MemoryWatch.PeakMiB;
        var durable = DurableLineage.Newest(stage.Options) ?? throw new InvalidOperationException("The demo has ended and left no checkpoint.");
        var seen = stage.Reader.Seen;
        var seconds = context.Clock.GetElapsedTime(progress.FirstStepTimestamp, progress.LastStepTimestamp).TotalSeconds - (comparison?.Paused.TotalSeconds ?? 0);
        var rate = progress.TrainedThisRun / seconds;
        var evaluation = new EncoderEvaluation(plan.Dataset.Bank, plan.Dataset.HeldOut);
        var before = Score(evaluation, new ContrastiveTrainer(run.TrainerConfiguration));
        var after = Score(evaluation, durable.OpenTrainer(run.TrainerConfiguration));
        return new DemoReport
        {
            Records = new RecordCounts(stage.Producer!.Produced, progress.Consumed, progress.Trained, progress.DeadLettered, progress.Tombstones),
            Embeddings = new EmbeddingCounts(progress.EmbeddingsPublished, seen.ReadBack, seen.DistinctKeys),
            Steps = progress.Step,
            Seconds = seconds,
            RecordsPerSecond = rate,
            BareRecordsPerSecond = comparison?.RecordsPerSecond,
            RatioToBare = comparison is { RecordsPerSecond: > 0 } bare ? rate / bare.RecordsPerSecond : null,
            Knn20 = new KnnWithBaseline(before.Knn20, after.Knn20, evaluation.RawPixelKnn20()),
            PublishedKnn20 = seen.LeaveOneOutKnn20(plan.Dataset.Stream.Labels),
            PublishedKnn20Vectors = seen.NewestCount,
            Knn200 = new BeforeAfter(before.Knn200, after.Knn200),
            Linear = new BeforeAfter(before.Linear, after.Linear),
            Alignment = progress.Metrics?.Alignment,
            Uniformity = progress.Metrics?.Uniformity,
            RankMe = after.RankMe,
            PeakMemoryMiB = peak,
            Memory = new MemoryCourse(memory.HalfwayMiB, memory.EndMiB),
            ModelVersion = durable.ModelVersion,
            Checkpoint = durable.Checkpoint,
            SecondsToFirstStep = memory.SecondsToFirstStep,
            Seed = plan.Options.Seed,
            Sets = new EvaluationSets(
                $"first {plan.Dataset.Bank.Count} pictures of the stream",
                $"{plan.Dataset.HeldOut.Count} held-out pictures",
                $"logistic regression trained on the bank, tested on the queries",
                "backbone features of the key encoder, clean view, L2-normalised for kNN"),
        };
    }

    private static EncoderScores Score(EncoderEvaluation evaluation, ContrastiveTrainer trainer)
    {
        using (trainer)
        {
            return evaluation.Score(trainer);
        }
    }

    private void Print(DemoReport report)
    {
        var table = new Table().Border(TableBorder.Rounded).Title("Held-out accuracy").AddColumns("", "kNN-20", "kNN-200", "linear probe");
        table.AddRow("untrained encoder", Show(report.Knn20.Before), Show(report.Knn200.Before), Show(report.Linear.Before));
        table.AddRow("after this stream", Show(report.Knn20.After), Show(report.Knn200.After), Show(report.Linear.After));
        table.AddRow("raw pixels", Show(report.Knn20.RawPixels), "", "");
        table.AddRow($"published vectors ({report.PublishedKnn20Vectors})", report.PublishedKnn20 is { } published ? Show(published) : "-", "", "");
        AnsiConsole.Write(table);
        Line($"{report.Records.Produced:N0} records produced = {report.Records.Consumed:N0} consumed = {report.Records.Trained:N0} trained + {report.Records.DeadLettered:N0} dead-lettered + {report.Records.Tombstones:N0} tombstones");
        Line($"{report.Embeddings.Published:N0} embeddings published = {report.Embeddings.ReadBack:N0} read back, of {report.Embeddings.DistinctKeys:N0} keys");
        Line($"{report.Steps:N0} steps, {report.RecordsPerSecond:0} records/s{(report.RatioToBare is { } ratio ? $" = {ratio:0.00} of the bare trainer's {report.BareRecordsPerSecond:0}" : "")}, peak memory {report.PeakMemoryMiB:0} MiB");
        Line($"Model version {report.ModelVersion} in checkpoint {report.Checkpoint}");
    }

    private void Line(FormattableString text) => context.Out.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static string Show(double accuracy) => accuracy.ToString("0.000", CultureInfo.InvariantCulture);
}
