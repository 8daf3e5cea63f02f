using System.Globalization;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Host.Web.Feed;

/// <summary>What a verdict on a pipeline needs beside its progress.</summary>
/// <param name="Progress">The newest progress.</param>
/// <param name="Now">Now, in timestamp ticks of <paramref name="Clock"/>.</param>
/// <param name="Clock">The clock of the pipeline.</param>
/// <param name="SinceBroker">Time since a broker answered; null if none has.</param>
/// <param name="BatchSize">Records of a step: fewer than that may wait, for no step can be made of them.</param>
/// <param name="CheckpointEvery">Longest time between checkpoints, and with it between outputs.</param>
internal readonly record struct PipelineCondition(PipelineProgress Progress, long Now, TimeProvider Clock, TimeSpan? SinceBroker, int BatchSize, TimeSpan CheckpointEvery);

/// <summary>Whether a pipeline does its work (/readyz) and whether a restart could help it (/healthz). Pure.</summary>
internal static class Readiness
{
    /// <summary>A broker that is silent for so long is away: three questions.</summary>
    public static readonly TimeSpan BrokerSilence = TimeSpan.FromSeconds(15);

    /// <summary>No step for so long while records wait, or no acknowledgement for so long beyond the checkpoint interval: something stands still.</summary>
    public static readonly TimeSpan Standstill = TimeSpan.FromSeconds(60);

    /// <summary>The trainer's thread has said nothing for so long: longer than an evaluation of a big encoder on a processor takes.</summary>
    public static readonly TimeSpan Dead = TimeSpan.FromMinutes(15);

    /// <summary>What keeps the pipeline from being ready, as sentences; none when it is.</summary>
    public static IReadOnlyList<string> Problems(in PipelineCondition condition)
    {
        var problems = new List<string>();
        var (p, enough) = (condition.Progress, 2L * condition.BatchSize);
        if (p.Timestamp == 0)
        {
            problems.Add("The trainer is being started.");
        }
        else if (p.FirstStepTimestamp == 0)
        {
            if (p.Lag < 0 || p.Lag >= enough)
            {
                problems.Add(p.Lag < 0 ? "No step was made yet, and how many records wait is not known yet." : Invariant($"No step was made yet, and {p.Lag:N0} records wait."));
            }
        }
        else if (p.Lag >= enough && Since(condition, p.LastStepTimestamp) is { } still && still > Standstill)
        {
            problems.Add(Invariant($"{p.Lag:N0} records wait, and the last step ended {still.TotalSeconds:0} s ago."));
        }

        if (condition.SinceBroker is not { } silent || silent > BrokerSilence)
        {
            problems.Add(condition.SinceBroker is { } since ? Invariant($"No broker has answered for {since.TotalSeconds:0} s.") : "No broker has answered yet.");
        }

        if (p.IsCollapseSuspected)
        {
            problems.Add("A collapse of the representations is suspected: outputs wait.");
        }
        else if (OutputsStandStill(condition) is { } waiting)
        {
            problems.Add(waiting);
        }

        return problems;
    }

    /// <summary>What is wrong that only a restart can mend; null when nothing is.</summary>
    public static string? Fatal(in PipelineCondition condition) =>
        condition.Progress.Timestamp != 0 && Since(condition, condition.Progress.Timestamp) is { } silent && silent > Dead
            ? Invariant($"The trainer's thread has said nothing for {silent.TotalSeconds:0} s.")
            : null;

    // Outputs come with checkpoints. A stream that rests has none to give, so only a run that goes on training can owe some.
    private static string? OutputsStandStill(in PipelineCondition condition)
    {
        var p = condition.Progress;
        var limit = (2 * condition.CheckpointEvery) + Standstill;
        var owed = Math.Max(p.LastPublishedTimestamp, p.FirstStepTimestamp);
        return owed != 0 && p.LastStepTimestamp > owed && condition.Clock.GetElapsedTime(owed, p.LastStepTimestamp) > limit
            ? Invariant($"The trainer goes on, but no output was acknowledged for {condition.Clock.GetElapsedTime(owed, condition.Now).TotalSeconds:0} s.")
            : null;
    }

    private static TimeSpan? Since(in PipelineCondition condition, long then) => then == 0 ? null : condition.Clock.GetElapsedTime(then, condition.Now);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
