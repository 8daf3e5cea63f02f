using StreamingContrastive.Learning.Evaluation;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Monitoring;

/// <summary>
/// Asks the key encoders, every so many steps, how often a part of a held-out record finds its record's other part among those of all
/// held-out records. Needs no labels. Runs on the trainer's thread between two steps: the encoders cannot change under it.
/// </summary>
internal sealed class RetrievalMonitor(HeldOutRows records, int everySteps)
{
    // Among fewer, a first place says nothing.
    private const int FewestRecords = 20;

    /// <summary>Whether an evaluation is due after this step.</summary>
    public bool IsDue(long step) => step % everySteps == 0 && records.Count >= FewestRecords;

    /// <summary>Recalls in every direction of which there are enough records with both parts.</summary>
    public RetrievalResult Evaluate(ContrastiveTrainer trainer)
    {
        var (parts, names) = (HeldOutVectors.Of(trainer, records), records.Layout.Parts);
        var found = new List<PartRecall>();
        for (var from = 0; from < parts.Count; from++)
        {
            for (var to = 0; to < parts.Count; to++)
            {
                if (from != to && HeldOutVectors.Ranks(parts[from], parts[to]) is { Length: >= FewestRecords } ranks)
                {
                    found.Add(new PartRecall(names[from].Name, names[to].Name, ranks.Length, PairRetrieval.Recall(ranks, 1), PairRetrieval.Recall(ranks, 5), PairRetrieval.Recall(ranks, 10)));
                }
            }
        }

        return new RetrievalResult(trainer.CompletedSteps, found);
    }
}
