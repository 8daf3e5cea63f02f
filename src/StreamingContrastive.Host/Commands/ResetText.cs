using StreamingContrastive.Pipeline.Hosting;

namespace StreamingContrastive.Host.Commands;

/// <summary>A plan of <c>reset</c> for a person.</summary>
internal static class ResetText
{
    /// <summary>Its lines.</summary>
    public static IEnumerable<string> Of(ResetPlan plan)
    {
        yield return $"Weights and queue: those of checkpoint {plan.Checkpoint}.";
        yield return plan.Moves.Count == 0 ? "Offsets: those of that checkpoint." : "Offsets:";
        foreach (var move in plan.Moves)
        {
            yield return $"  {move.Partition}: {(move.From is { } from ? $"{from}" : "unknown")} -> {move.To}";
        }

        if (plan.RepeatedOffsets > 0)
        {
            yield return $"  {plan.RepeatedOffsets} offsets will be read, trained, published and counted once more.";
        }

        if (plan.SkippedOffsets > 0)
        {
            yield return $"  {plan.SkippedOffsets} offsets will never be read; they are counted as skipped.";
        }

        if (plan.TrainerAtWork is null)
        {
            yield return $"The last trainer ran on {plan.NewestEpoch!.Host}: whether it still does cannot be known here. If so, it stops before its next checkpoint.";
        }
    }
}
