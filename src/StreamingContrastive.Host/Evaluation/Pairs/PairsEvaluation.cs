using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Commands.Produce;

namespace StreamingContrastive.Host.Evaluation.Pairs;

/// <summary>Works through rows and seeds of an evaluation of pairs that the report does not hold yet, and prints the table.</summary>
internal static class PairsEvaluation
{
    /// <summary>Rows that are run where none are named.</summary>
    public static IReadOnlyList<EvaluationPart> DefaultRows { get; } =
    [
        EvaluationPart.Raw, EvaluationPart.RawCentred, EvaluationPart.Untrained, EvaluationPart.Plain,
        EvaluationPart.ClusterGuided, EvaluationPart.AdaptiveWeighting, EvaluationPart.Both, EvaluationPart.Edits,
    ];

    /// <summary>Runs on the calling thread, to which the trainer's tensors belong.</summary>
    public static int Run(EvaluationRequest request, ProgramContext context, CancellationToken cancellation)
    {
        var plan = PairsPlan.Of(request);
        var rows = request.Parts ?? [.. DefaultRows.Where(r => r != EvaluationPart.Edits || plan.HasText)];
        if (rows.Where(r => !DefaultRows.Contains(r)).Cast<EvaluationPart?>().FirstOrDefault() is { } stranger)
        {
            throw new UsageException($"--parts holds {EvaluationNames.Of(stranger)}, which is no row for pairs; allowed here: {string.Join(", ", DefaultRows.Select(EvaluationNames.Of))}.");
        }

        if (rows.Contains(EvaluationPart.Edits) && !plan.HasText)
        {
            throw new UsageException($"--parts holds edits, but input:parts has no text and picture to ask: {string.Join(", ", plan.Options.Input.Parts.Select(p => p.Name))}. Give the pipeline the part {EmojiRecords.Text}, or leave the row out.");
        }

        var file = EvaluationReportFile.Open(request.ReportFile, PairsDefinition.Of(plan, request.Split));
        context.Out.WriteLine($"{plan.Sets.Learn.Count} emoji to learn from, {plan.Sets.Ask.Count} asked about; {plan.Steps} steps of {plan.Options.Training.BatchSize}");
        try
        {
            foreach (var (seed, row) in from seed in request.Seeds ?? [plan.Options.Seed] from row in rows select (seed, row))
            {
                if (file.Runs.Any(r => r.Part == EvaluationNames.Of(row) && r.Seed == seed))
                {
                    context.Out.WriteLine($"{EvaluationNames.Of(row)}, seed {seed}: finished before, in {request.ReportFile}");
                    continue;
                }

                file.Add(RunOne(plan, row, seed, context, cancellation));
                context.Out.WriteLine($"{EvaluationNames.Of(row)}, seed {seed}: done");
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            context.Error.WriteLine($"Stopped: {file.Runs.Count} finished rows stand in {request.ReportFile}; the same command goes on from there.");
            return ExitCodes.Failed;
        }

        PairsTable.Print(file.Report, context.Out, ReferenceEquals(context.Out, Console.Out) && !Console.IsOutputRedirected);
        context.Out.WriteLine($"Report: {request.ReportFile}");
        return ExitCodes.Ok;
    }

    private static EvaluationRun RunOne(PairsPlan plan, EvaluationPart row, ulong seed, ProgramContext context, CancellationToken cancellation)
    {
        var started = context.Clock.GetTimestamp();
        var (sets, trained) = (plan.Sets, row is EvaluationPart.Raw or EvaluationPart.RawCentred ? null : new PairsTraining(plan, context.Out).Train(row, seed, cancellation));
        var vectors = trained?.Vectors ?? (row == EvaluationPart.Raw ? EmojiPixels.Of(sets.Data, sets.Ask) : EmojiPixels.Centred(sets.Data, sets.Learn, sets.Ask));
        var scores = RetrievalScores.Of(vectors, PairsPlan.Directions, cancellation);
        var picks = trained?.Edits is { } edits ? sets.Edits.Score(vectors, edits) : EditScores.None;
        return new EvaluationRun
        {
            Part = EvaluationNames.Of(row),
            Seed = seed,
            Steps = trained?.Steps ?? 0,
            Epochs = (double)(trained?.Steps ?? 0) * plan.Options.Training.BatchSize / sets.Learn.Count,
            Figures = scores.Figures(PairsPlan.Directions).Concat(picks.Figures).Concat(trained?.Figures ?? new Dictionary<string, double>()).ToDictionary(),
            Probes = new Dictionary<string, ProbeChoice>(),
            Ranks = scores.Ranks.Concat(picks.Ranks).ToDictionary(),
            Seconds = context.Clock.GetElapsedTime(started).TotalSeconds,
        };
    }
}
