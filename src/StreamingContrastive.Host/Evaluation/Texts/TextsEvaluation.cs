using System.Globalization;
using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Learning.Evaluation;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Host.Evaluation.Texts;

/// <summary>
/// Classifies intents by their nearest neighbours: words alone, an encoder's first weights, the pipeline's objective without labels, and
/// supervised contrast. All rows are asked the same texts in the same way. Synchronous: the trainer's tensors belong to the calling thread.
/// </summary>
internal static class TextsEvaluation
{
    /// <summary>How many texts were asked about, among the figures.</summary>
    public const string Queries = "queries";

    private static readonly EvaluationPart[] Rows = [EvaluationPart.TfIdf, EvaluationPart.Untrained, EvaluationPart.Unlabelled, EvaluationPart.SupCon];

    /// <summary>Works through rows and seeds that the report does not hold yet, and prints the table.</summary>
    public static int Run(EvaluationRequest request, ProgramContext context, CancellationToken cancellation)
    {
        var rows = request.Parts ?? Rows;
        if (rows.Where(p => !Rows.Contains(p)).Cast<EvaluationPart?>().FirstOrDefault() is { } stranger)
        {
            throw new UsageException($"--parts holds {EvaluationNames.Of(stranger)}, which is no row for texts; allowed here: {string.Join(", ", Rows.Select(EvaluationNames.Of))}.");
        }

        var sets = TextSets.Of(IntentsDataset.FromDirectory(request.DataDirectory), request.Split);
        var steps = request.Steps ?? Math.Max(1, TextsPlan.DefaultPasses * sets.Learn.Count / request.Options.Training.BatchSize);
        var plan = new TextsPlan(request.Options, sets, steps);
        var file = EvaluationReportFile.Open(request.ReportFile, plan.Definition(request.Split));
        context.Out.WriteLine($"{sets.Learn.Count} texts to learn from, which also vote, {sets.Queries.Count} asked about ({sets.Queries.Name}); {steps} steps of {request.Options.Training.BatchSize}");
        try
        {
            foreach (var (row, seed) in from seed in request.Seeds ?? [request.Options.Seed] from row in rows select (row, seed))
            {
                var name = EvaluationNames.Of(row);
                if (!file.Runs.Any(r => r.Part == name && r.Seed == seed))
                {
                    file.Add(RunOne(plan, row, seed, file.Runs.FirstOrDefault(r => row == EvaluationPart.TfIdf && r.Part == name), context, cancellation));
                }

                var figure = file.Runs.Single(r => r.Part == name && r.Seed == seed).Figures[EvaluationNames.Knn20];
                context.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{EvaluationNames.Title(name)}, seed {seed}: kNN-20 {figure:0.0000}"));
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            context.Error.WriteLine($"Stopped: {file.Runs.Count} finished rows stand in {request.ReportFile}; the same command goes on from there.");
            return ExitCodes.Failed;
        }

        Print(file.Runs, context, request.ReportFile);
        return ExitCodes.Ok;
    }

    private static void Print(IReadOnlyList<EvaluationRun> runs, ProgramContext context, string report)
    {
        EvaluationTable.Print(EvaluationRow.Of(runs), context.Out, ReferenceEquals(context.Out, Console.Out) && !Console.IsOutputRedirected);
        foreach (var d in TextDifference.Of(runs))
        {
            var verdict = d.Low > 0 ? "better" : d.High < 0 ? "worse" : "not told apart";
            context.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{EvaluationNames.Title(d.Part)} against {EvaluationNames.Title(d.Than)}: {d.Mean:+0.0000;-0.0000;0.0000} [{d.Low:+0.0000;-0.0000;0.0000}, {d.High:+0.0000;-0.0000;0.0000}], {verdict}"));
        }

        context.Out.WriteLine($"Report: {report}");
    }

    private static EvaluationRun RunOne(TextsPlan plan, EvaluationPart row, ulong seed, EvaluationRun? known, ProgramContext context, CancellationToken cancellation)
    {
        if (known is not null)
        {
            return known with { Seed = seed, Seconds = 0 };
        }

        var started = context.Clock.GetTimestamp();
        using var encoder = row == EvaluationPart.TfIdf ? null : Train(plan, row, seed, cancellation);
        var hits = encoder is null ? Words(plan.Sets, cancellation) : FrozenEvaluation.Unchanged(encoder, () => Encoded(plan, encoder, cancellation));
        int[] missed = [.. Enumerable.Range(0, hits.Length).Where(i => !hits[i])];
        var steps = row is EvaluationPart.TfIdf or EvaluationPart.Untrained ? 0 : plan.Steps;
        return new EvaluationRun
        {
            Part = EvaluationNames.Of(row),
            Seed = seed,
            Steps = steps,
            Epochs = (double)steps * plan.Options.Training.BatchSize / plan.Sets.Learn.Count,
            EncoderSha256 = encoder?.ContentHash(),
            Figures = new Dictionary<string, double> { [EvaluationNames.Knn20] = 1 - ((double)missed.Length / hits.Length), [Queries] = hits.Length },
            Probes = new Dictionary<string, ProbeChoice>(),
            Missed = missed,
            Seconds = context.Clock.GetElapsedTime(started).TotalSeconds,
        };
    }

    private static FrozenEncoder Train(TextsPlan plan, EvaluationPart row, ulong seed, CancellationToken cancellation)
    {
        using var trainer = new ContrastiveTrainer(plan.Trainer(row, seed));
        if (row != EvaluationPart.Untrained)
        {
            var learn = TextSets.Records(plan.Sets.Learn, labelled: row == EvaluationPart.SupCon);
            var batches = new RecordBatchSource(plan.Views(row), learn, new EpochOrder([.. Enumerable.Range(0, learn.Count)], seed), seed);
            for (var done = 0L; done < plan.Steps; done++)
            {
                cancellation.ThrowIfCancellationRequested();
                if (trainer.Step(batches.Next(), collectMetrics: false, embedClean: false) is { IsApplied: false, Refusal: var why })
                {
                    throw new InvalidOperationException($"{row}, seed {seed}, step {done}: {why}");
                }
            }
        }

        return trainer.FreezeKey();
    }

    private static bool[] Words(TextSets sets, CancellationToken cancellation)
    {
        var weights = new TermWeights(sets.Learn);
        return KnnClassifier.Hits(KnnSettings.Nearest20, weights.Features(sets.Learn), weights.Features(sets.Queries), cancellation);
    }

    private static bool[] Encoded(TextsPlan plan, FrozenEncoder encoder, CancellationToken cancellation)
    {
        return KnnClassifier.Hits(KnnSettings.Nearest20, Features(plan.Sets.Learn), Features(plan.Sets.Queries), cancellation);

        LabelledFeatures Features(LabelledTexts texts) =>
            new(encoder.Features(RecordBatchSource.Clean(plan.Options, TextSets.Records(texts, labelled: false)).Part(0).Bytes, texts.Count), texts.Labels);
    }
}
