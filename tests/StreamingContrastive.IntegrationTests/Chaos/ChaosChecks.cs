using System.Globalization;

namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>What must hold at the end of every run, whatever happened: from the audit file, and from what consumers saw.</summary>
internal static class ChaosChecks
{
    /// <summary>Every offset trained exactly once in the surviving lineage.</summary>
    public static void EveryOffsetIsTrainedOnce(ChaosPipeline pipeline)
    {
        pipeline.Audit.Problems(pipeline.Ends).ShouldBeEmpty();
    }

    /// <summary>Every trained record has its embedding, computed in the step that trained it; repeats are identical.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="nothingIsTakenBack">checkpointed: no output of a dead branch ever appears. immediate: they appear, and are told apart by epoch and step.</param>
    public static async Task OutputsAreCompleteAsync(ChaosPipeline pipeline, bool nothingIsTakenBack)
    {
        var surviving = pipeline.Audit.Surviving()
            .SelectMany(r => r.Rows.SelectMany(run => Enumerable.Range((int)run.From, (int)(run.To - run.From)).Select(o => (r.Partition.Partition, (long)o, r.Epoch, r.Step))))
            .ToHashSet();
        bool Survives(SeenEmbedding e) => surviving.Contains((e.Partition, e.Offset, e.Epoch, e.Step));
        await Source.Eventually.BecomesTrueAsync(
            () => pipeline.Outputs.Embeddings.Where(Survives).Select(e => (e.Partition, e.Offset, e.Part)).Distinct().Count() == pipeline.Produced * pipeline.EmbeddingsPerRecord,
            "every part of every trained record has its embedding");

        var accepted = pipeline.Outputs.Embeddings.Where(Survives).ToList();
        accepted.GroupBy(e => (e.Partition, e.Offset, e.Part)).Where(g => g.Select(e => (e.Id, e.Content, e.Version)).Distinct().Count() > 1)
            .Select(g => $"{g.Key}: {string.Join(" | ", g)}").ShouldBeEmpty("repeats of a record are identical");
        if (nothingIsTakenBack)
        {
            pipeline.Outputs.Embeddings.Where(e => !Survives(e)).ShouldBeEmpty("an output of a dead branch appeared");
        }
    }

    /// <summary>One line for a report.</summary>
    public static string Summary(ChaosPipeline pipeline, KillRun run)
    {
        var audit = pipeline.Audit;
        var embeddings = pipeline.Outputs.Embeddings;
        var moments = string.Join(", ", run.Kills.OrderBy(k => k.Key).Select(k => $"{k.Value} {k.Key}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Kills.Values.Sum()} kills ({moments}), {run.LeftInTime} left in time; {audit.Epochs} epochs, {pipeline.Produced} records, {audit.Ranges.Sum(r => r.Counts.Trained)} trainings in all branches, {embeddings.Count} embeddings seen, {embeddings.Count - (pipeline.Produced * pipeline.EmbeddingsPerRecord)} of them repeats or dead, {pipeline.Outputs.Models.Count} announcements, {audit.TornLines} torn lines");
    }
}
