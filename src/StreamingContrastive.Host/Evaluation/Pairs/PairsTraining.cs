using System.Globalization;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Monitoring;

namespace StreamingContrastive.Host.Evaluation.Pairs;

/// <summary>What a row's trainer left: vectors of the emoji asked about, and what its clusters were like on the way.</summary>
/// <param name="Vectors">Projections of the key encoders, by part.</param>
/// <param name="Steps">Optimizer steps.</param>
/// <param name="Figures">Those of <see cref="PolicyWatch"/>; empty without the policies.</param>
internal sealed record TrainedPairs(IReadOnlyDictionary<string, PartVectors> Vectors, long Steps, IReadOnlyDictionary<string, double> Figures);

/// <summary>Trains the rows of an evaluation of pairs. Synchronous: the trainer's tensors belong to the calling thread.</summary>
internal sealed class PairsTraining(PairsPlan plan, TextWriter output)
{
    private readonly IReadOnlyList<StoredRecord> _learn = plan.Sets.Records(plan.Sets.Learn);
    private readonly HeldOutRows _asked = RecordBatchSource.Clean(plan.Options, plan.Sets.Records(plan.Sets.Ask));

    /// <summary>Trains a row, or not, and embeds the emoji asked about.</summary>
    public TrainedPairs Train(EvaluationPart row, ulong seed, CancellationToken cancellation)
    {
        using var trainer = new ContrastiveTrainer(plan.Trainer(row, seed));
        var figures = new List<KeyValuePair<string, double>>();
        if (row != EvaluationPart.Untrained)
        {
            var source = new RecordBatchSource(plan.Options, _learn, new EpochOrder([.. Enumerable.Range(0, _learn.Count)], seed), seed);
            for (var done = 1L; done <= plan.Steps; done++)
            {
                cancellation.ThrowIfCancellationRequested();
                var look = PolicyWatch.LookAfter(done, plan.Steps);
                var step = trainer.Step(source.Next(), collectMetrics: look > 0, embedClean: false);
                if (!step.IsApplied)
                {
                    throw new InvalidOperationException($"{row}, seed {seed}, step {done}: {step.Refusal}");
                }

                if (step.Metrics is { } metrics)
                {
                    figures.AddRange(PolicyWatch.Figures(metrics, look));
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {EvaluationNames.Of(row)}, seed {seed}: step {done} of {plan.Steps}"));
                }
            }
        }

        return new TrainedPairs(Embed(trainer), trainer.CompletedSteps, figures.ToDictionary());
    }

    private Dictionary<string, PartVectors> Embed(ContrastiveTrainer trainer)
    {
        var parts = HeldOutVectors.Of(trainer, _asked);
        return parts.Select((part, i) => (_asked.Layout.Parts[i].Name, Vectors: new PartVectors(part.Values, part.Dimension))).ToDictionary(p => p.Name, p => p.Vectors);
    }
}
