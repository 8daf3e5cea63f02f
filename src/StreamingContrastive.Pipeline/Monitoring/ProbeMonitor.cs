using StreamingContrastive.Learning.Evaluation;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Monitoring;

/// <summary>
/// Asks the key encoder, every so many steps, how well the classes of held-out records are told by their neighbours in the bank
/// (learning.md section 4). Runs on the trainer's thread between two steps: the encoder cannot change under it.
/// </summary>
internal sealed class ProbeMonitor(ProbeBank bank, HeldOutRecords queries, int everySteps)
{
    // Below this the share of a class among 20 neighbours says nothing.
    private const int SmallestBank = 200;

    // RankMe needs many more rows than dimensions, and its cost grows with rows.
    private const int RankMeRows = 4096;

    /// <summary>Lets the bank grow.</summary>
    public void Observe(TrainingBatch batch) => bank.Observe(batch);

    /// <summary>Whether an evaluation is due after this step.</summary>
    public bool IsDue(long step) => step % everySteps == 0 && bank.Count >= SmallestBank && queries.Labels.Length > 0;

    /// <summary>Embeds bank and queries with the key encoder's backbone and scores the queries.</summary>
    public ProbeResult Evaluate(ContrastiveTrainer trainer)
    {
        var bankFeatures = Embed(trainer, bank.Pixels, bank.Count);
        var results = KnnClassifier.Evaluate(
            [KnnSettings.Nearest20, KnnSettings.Nearest200],
            new LabelledFeatures(bankFeatures, bank.Labels.ToArray()),
            new LabelledFeatures(Embed(trainer, queries.Pixels, queries.Labels.Length), queries.Labels));
        var rows = Math.Min(RankMeRows, bank.Count);
        var rankMe = RepresentationStatistics.RankMe(bankFeatures.AsSpan(0, rows * trainer.FeatureDimension), trainer.FeatureDimension);
        return new ProbeResult(trainer.CompletedSteps, results[0].Accuracy, results[1].Accuracy, rankMe);
    }

    private static float[] Embed(ContrastiveTrainer trainer, ReadOnlySpan<byte> pixels, int count)
    {
        var features = new float[count * trainer.FeatureDimension];
        trainer.Embed(pixels, count, Snapshot.Key, EmbeddingKindOf.Backbone, features);
        return features;
    }
}
