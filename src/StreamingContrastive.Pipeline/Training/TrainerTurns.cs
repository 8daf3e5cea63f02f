using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>What follows a turn of the trainer.</summary>
internal abstract record AfterTurn
{
    private AfterTurn()
    {
    }

    /// <summary>Nothing can be done before the next message.</summary>
    public sealed record Wait : AfterTurn
    {
        public static readonly Wait Instance = new();
    }

    /// <summary>Another turn, after the messages that came meanwhile.</summary>
    public sealed record GoOn : AfterTurn
    {
        public static readonly GoOn Instance = new();
    }

    /// <summary>These batches are bad: write their letters, then call <see cref="TrainerTurns.LettersAcknowledged"/>.</summary>
    public sealed record SendLetters(IReadOnlyList<RefusedBatch> Batches) : AfterTurn;

    /// <summary>A bounded run has trained all it will.</summary>
    public sealed record End : AfterTurn
    {
        public static readonly End Instance = new();
    }

    /// <summary>A guard wants an older checkpoint back; nothing is trained, checkpointed or published any more.</summary>
    /// <param name="Guard">What it saw.</param>
    /// <param name="Kind">Which guard (<see cref="GuardNames"/>).</param>
    public sealed record Trip(GuardTrip Guard, string Kind) : AfterTurn;
}

/// <summary>
/// What the trainer does of its own accord: a turn is at most one step and all that belongs to it, in the order that the commit point
/// needs. Knows no actor; one caller.
/// </summary>
/// <param name="parts">Delivery mode, guards, instruments, clock.</param>
/// <param name="loop">The model and its offsets.</param>
/// <param name="checkpoints">What outputs go through.</param>
/// <param name="progress">Progress to keep.</param>
/// <param name="ingest">The ingest, which hears of room.</param>
internal sealed class TrainerTurns(TrainerParts parts, TrainingLoop loop, CheckpointCycle checkpoints, TrainerProgress progress, IngestSide ingest)
{
    private bool _lettersUnderWay;

    /// <summary>Takes a turn.</summary>
    public AfterTurn Take()
    {
        if (!parts.Delivery.HasRoom || loop.ModelVersion == 0 || _lettersUnderWay)
        {
            return AfterTurn.Wait.Instance; // An acknowledgement or a commit gives the next turn; nothing is embedded by a version without a name.
        }

        var atEnd = ingest.IsAtEnd;
        var started = parts.Clock.GetTimestamp();
        var outcome = loop.TryStep() ?? (atEnd ? loop.TryStepRemainder() : null);
        if (outcome is { Passed.Trained: > 0 })
        {
            progress.Stepped(outcome, started);
            parts.Metrics.StepCompleted(outcome.Passed.Trained);
        }

        outcome ??= loop.TryPassEmpty();
        if (outcome is not null && Account(outcome) is { } collapse)
        {
            return collapse;
        }

        if (outcome is null && atEnd)
        {
            loop.Quarantine.Condemn(); // No batch is left that could speak for the weights.
        }

        return Next(stepped: outcome is not null, atEnd);
    }

    /// <summary>The letters are acknowledged: what waited behind them counts now.</summary>
    public AfterTurn LettersAcknowledged()
    {
        _lettersUnderWay = false;
        foreach (var outcome in loop.LettersAcknowledged())
        {
            if (outcome.Passed.Trained > 0)
            {
                progress.Stepped(outcome, parts.Clock.GetTimestamp());
                parts.Metrics.StepCompleted(outcome.Passed.Trained);
            }

            if (Account(outcome) is { } collapse)
            {
                return collapse;
            }
        }

        return AfterTurn.GoOn.Instance;
    }

    private AfterTurn Next(bool stepped, bool atEnd)
    {
        var quarantine = loop.Quarantine;
        if (quarantine.IsRestoreDue)
        {
            return new AfterTurn.Trip(new GuardTrip(
                $"{quarantine.InARow} batches in a row could not be trained on: in the last one {quarantine.LastReason}", loop.Step, quarantine.Ranges()), GuardNames.NonFinite);
        }

        if (quarantine.Condemned.Count > 0)
        {
            _lettersUnderWay = true;
            return new AfterTurn.SendLetters(quarantine.Condemned);
        }

        return stepped ? AfterTurn.GoOn.Instance : atEnd ? AfterTurn.End.Instance : AfterTurn.Wait.Instance;
    }

    /// <summary>Counts what a step moved and passes its outputs on, unless it shows a collapse: then they belong to a branch that is given up.</summary>
    private AfterTurn.Trip? Account(LoopOutcome outcome)
    {
        if (outcome.IsRefused)
        {
            parts.Metrics.BatchRefused();
        }

        if (outcome.Metrics is { } metrics)
        {
            parts.Metrics.Measured(metrics);
        }

        if (outcome.Probe is { } probe)
        {
            parts.Metrics.Evaluated(probe);
        }

        if (outcome.Retrieval is { } retrieval)
        {
            parts.Metrics.Retrieved(retrieval);
        }

        if (outcome.Drift is { } drift)
        {
            parts.Metrics.Drifted(drift);
        }

        parts.Metrics.TombstonesPassed(outcome.Passed.Tombstones);
        ingest.GrantCredit();
        var collapse = parts.Health.Observe(loop.Step, outcome);
        if (parts.Health.State is { } health)
        {
            parts.Metrics.CollapseSeen(health);
        }

        if (collapse is not null)
        {
            return new AfterTurn.Trip(new GuardTrip(collapse, loop.Step, []), GuardNames.Collapse);
        }

        checkpoints.Passed(outcome);
        progress.Publish();
        return null;
    }
}
