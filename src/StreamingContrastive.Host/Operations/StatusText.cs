using System.Globalization;
using StreamingContrastive.Host.Terminal;
using StreamingContrastive.Pipeline.Operations;

namespace StreamingContrastive.Host.Operations;

/// <summary>A status as lines: what it is of first, then name and value. What another node says is shown as text.</summary>
internal static class StatusText
{
    /// <summary>The lines.</summary>
    public static IEnumerable<string> Lines(PipelineStatus status)
    {
        foreach (var member in status.Members)
        {
            yield return SafeText.Line($"node {member.Node}  {string.Join(",", member.Roles)}  {member.State}{(member.Node == status.Node ? "  (asked)" : "")}");
        }

        if (status.Trainer is not { } trainer)
        {
            yield return "trainer  none answers: one is being started, or takes over";
            yield break;
        }

        yield return SafeText.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"trainer {Name(trainer.Node)}  {(trainer.IsPaused ? "paused" : "running")}  epoch {trainer.LineageEpoch}  step {trainer.Step}  model {trainer.ModelVersion}  checkpoint {trainer.Checkpoint ?? "none"}  trained {trainer.Trained}  {trainer.RecordsPerSecond:0}/s  lag {Known(trainer.Lag)}  waiting {trainer.Pending}"));
        foreach (var ingest in trainer.Ingests)
        {
            yield return SafeText.Line(string.Create(
                CultureInfo.InvariantCulture, $"ingest {Name(ingest.Node)}  sent {ingest.Sent}  credit {Math.Max(0, ingest.Granted - ingest.Sent)}  {ingest.RecordsPerSecond:0}/s  partitions {ingest.Partitions.Count}"));
            foreach (var partition in ingest.Partitions)
            {
                yield return SafeText.Line(string.Create(
                    CultureInfo.InvariantCulture, $"  {partition.Topic}[{partition.Partition}]  trained to {Known(partition.Trained)}  lag {Known(partition.Lag)}"));
            }
        }
    }

    private static string Name(string node) => node.Length == 0 ? "of this process" : node;

    private static string Known(long value) => value < 0 ? "unknown" : value.ToString(CultureInfo.InvariantCulture);
}
