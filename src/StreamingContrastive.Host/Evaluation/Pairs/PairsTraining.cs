using System.Globalization;
using StreamingContrastive.Host.Commands.Produce;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Monitoring;

namespace StreamingContrastive.Host.Evaluation.Pairs;

/// <summary>What a row's trainer left: vectors of the emoji asked about, and what its clusters were like on the way.</summary>
/// <param name="Vectors">Projections of the key encoders, by part.</param>
/// <param name="Steps">Optimizer steps.</param>
/// <param name="Edits">Those of the edits of their texts, in order; null without a text.</param>
/// <param name="Figures">Those of <see cref="PolicyWatch"/>; empty without the policies.</param>
internal sealed record TrainedPairs(IReadOnlyDictionary<string, PartVectors> Vectors, PartVectors? Edits, long Steps, IReadOnlyDictionary<string, double> Figures);

/// <summary>Trains the rows of an evaluation of pairs. Synchronous: the trainer's tensors belong to the calling thread.</summary>
internal sealed class PairsTraining(PairsPlan plan, TextWriter output)
{
    private readonly HeldOutRows _asked = Clean(plan, plan.Sets.Records(plan.Sets.Ask));
    private readonly HeldOutRows? _edits = plan.HasText ? Clean(plan, plan.Sets.EditRecords(plan.Sets.Edits)) : null;

    /// <summary>Trains a row, or not, and embeds the emoji asked about.</summary>
    public TrainedPairs Train(EvaluationPart row, ulong seed, CancellationToken cancellation)
    {
        using var trainer = new ContrastiveTrainer(plan.Trainer(row, seed));
        var figures = new List<KeyValuePair<string, double>>();
        if (row != EvaluationPart.Untrained)
        {
            var learn = plan.Sets.Records(plan.Sets.Learn, plan.Edits(row));
            var source = new RecordBatchSource(plan.Pipeline(row), learn, new EpochOrder([.. Enumerable.Range(0, learn.Count)], seed), seed);
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

        return new TrainedPairs(Embed(trainer), _edits is null ? null : EmbedEdits(trainer, _edits), trainer.CompletedSteps, figures.ToDictionary());
    }

    private static HeldOutRows Clean(PairsPlan plan, IReadOnlyList<StoredRecord> records) => RecordBatchSource.Clean(plan.Pipeline(EvaluationPart.Plain), records);

    private static PartVectors EmbedEdits(ContrastiveTrainer trainer, HeldOutRows edits)
    {
        var part = edits.Layout.IndexOf(EmojiRecords.Text);
        var values = new float[edits.Count * trainer.EmbeddingDimension];
        trainer.Embed(part, edits.Part(part).Bytes, edits.Count, Snapshot.Key, EmbeddingKindOf.Projection, values);
        return new PartVectors(values, trainer.EmbeddingDimension);
    }

    private Dictionary<string, PartVectors> Embed(ContrastiveTrainer trainer)
    {
        var parts = HeldOutVectors.Of(trainer, _asked);
        return parts.Select((part, i) => (_asked.Layout.Parts[i].Name, Vectors: new PartVectors(part.Values, part.Dimension))).ToDictionary(p => p.Name, p => p.Vectors);
    }
}
