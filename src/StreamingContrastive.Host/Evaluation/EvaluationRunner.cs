using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Host.Evaluation.Pairs;
using StreamingContrastive.Host.Evaluation.Texts;
using StreamingContrastive.Pipeline.Hosting;

namespace StreamingContrastive.Host.Evaluation;

/// <summary>Works through rows and seeds that the report does not hold yet, and prints the table.</summary>
internal sealed class EvaluationRunner : IEvaluationRunner
{
    private static readonly EvaluationPart[] DefaultRows =
        [EvaluationPart.Raw, EvaluationPart.Untrained, EvaluationPart.Streamed, EvaluationPart.Offline, EvaluationPart.Supervised];

    private static readonly EvaluationPart[] Rows = [.. DefaultRows, EvaluationPart.Estimator, EvaluationPart.Checkpoint];

    /// <inheritdoc />
    public Task<int> RunAsync(EvaluationRequest request, ProgramContext context, CancellationToken cancellation) =>
        // A thread of its own: TorchSharp's scopes belong to one, and Ctrl-C is only heard once this has returned.
        Task.Factory.StartNew(() => Choose(request)(request, context, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    // Records of several parts are pairs: the bundled ones are emoji.
    private static Func<EvaluationRequest, ProgramContext, CancellationToken, int> Choose(EvaluationRequest request) => request.Options.Input.Parts switch
    {
        [{ Kind: PartKind.Text }] => TextsEvaluation.Run,
        { Count: > 1 } => PairsEvaluation.Run,
        _ => Run,
    };

    private static int Run(EvaluationRequest request, ProgramContext context, CancellationToken cancellation)
    {
        var parts = request.Parts ?? DefaultRows;
        if (parts.Where(p => !Rows.Contains(p)).Cast<EvaluationPart?>().FirstOrDefault() is { } stranger)
        {
            throw new UsageException($"--parts holds {EvaluationNames.Of(stranger)}, which is no row for single pictures; allowed here: {string.Join(", ", Rows.Select(EvaluationNames.Of))}.");
        }

        var plan = Plan(request);
        var file = EvaluationReportFile.Open(request.ReportFile, EvaluationDefinition.Of(plan, request.Split));
        context.Out.WriteLine($"{plan.Learn.Count} pictures to learn from, {plan.Sets.Bank.Count} in the bank, {plan.Sets.Queries.Count} asked about ({plan.Sets.Queries.Name}); {plan.Steps} steps of {plan.Options.Training.BatchSize}");
        var checkpoint = parts.Contains(EvaluationPart.Checkpoint) ? DurableLineage.Newest(plan.Options) : null;
        try
        {
            foreach (var (part, seed) in from seed in request.Seeds ?? [plan.Options.Seed] from part in parts select (part, seed))
            {
                if (file.Runs.Any(r => Is(r, part, checkpoint) && r.Seed == seed))
                {
                    context.Out.WriteLine($"{EvaluationNames.Of(part)}, seed {seed}: finished before, in {request.ReportFile}");
                    continue;
                }

                var known = file.Runs.FirstOrDefault(r => part is EvaluationPart.Raw or EvaluationPart.Checkpoint && Is(r, part, checkpoint));
                file.Add(RunOne(plan, part, seed, checkpoint, known, context, cancellation));
                context.Out.WriteLine($"{EvaluationNames.Of(part)}, seed {seed}: done");
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            context.Error.WriteLine($"Stopped: {file.Runs.Count} finished rows stand in {request.ReportFile}; the same command goes on from there.");
            return ExitCodes.Failed;
        }

        EvaluationTable.Print(EvaluationRow.Of(file.Runs), context.Out, ReferenceEquals(context.Out, Console.Out) && !Console.IsOutputRedirected);
        context.Out.WriteLine($"Report: {request.ReportFile}");
        return ExitCodes.Ok;
    }

    private static bool Is(EvaluationRun run, EvaluationPart part, DurableLineage? checkpoint) =>
        run.Part == EvaluationNames.Of(part) && (part != EvaluationPart.Checkpoint || run.Checkpoint == checkpoint?.Checkpoint);

    private static EvaluationRun RunOne(
        EvaluationPlan plan, EvaluationPart part, ulong seed, DurableLineage? checkpoint, EvaluationRun? known, ProgramContext context, CancellationToken cancellation)
    {
        var started = context.Clock.GetTimestamp();
        var evaluation = new FrozenEvaluation(plan.Sets);
        var before = known is null ? null : new EvaluationScores(known.Figures, known.Probes);
        using var trained = part == EvaluationPart.Raw ? null : new EvaluationTraining(plan, context.Out).Train(part, seed, checkpoint, cancellation);
        var scores = trained is null
            ? evaluation.Score(RawPixelBaseline.Features, seed, before, cancellation)
            : evaluation.Score(trained.Encoder, seed, before, cancellation);
        var figures = new Dictionary<string, double>(scores.Figures);
        foreach (var (name, value) in trained?.Figures ?? new Dictionary<string, double>())
        {
            figures[name] = value;
        }

        return new EvaluationRun
        {
            Part = EvaluationNames.Of(part),
            Seed = seed,
            Steps = trained?.Steps ?? 0,
            Epochs = trained?.Epochs ?? 0,
            EncoderSha256 = trained?.Encoder.ContentHash(),
            Checkpoint = part == EvaluationPart.Checkpoint ? checkpoint?.Checkpoint : null,
            Figures = figures,
            Probes = scores.Probes,
            Seconds = context.Clock.GetElapsedTime(started).TotalSeconds,
        };
    }

    private static EvaluationPlan Plan(EvaluationRequest request)
    {
        var dataset = request.DataDirectory is { } directory ? FashionMnistDataset.FromDirectory(directory) : FashionMnistDataset.Bundled();
        var (wanted, shape) = (request.Options.Input.Payload.Shape, dataset.Stream.Shape);
        if (wanted != shape)
        {
            throw new UsageException($"input:payload is {wanted}, but the pictures of {dataset.Stream.Name} are {shape}. Set input:payload:height, width and channels to them.");
        }

        var sets = EvaluationSets.Of(dataset, request.Split, request.BankRows);
        return EvaluationPlan.Of(request, sets);
    }
}
