using Akka.Actor;

namespace StreamingContrastive.Pipeline.Training;

/// <content>What a guard makes of the trainer: letters of bad batches under way, and the end of the epoch when it trips.</content>
internal sealed partial class TrainerActor
{
    private sealed record LettersAcknowledged : INoSerializationVerificationNeeded
    {
        public static readonly LettersAcknowledged Instance = new();
    }

    private bool _lettersUnderWay;
    private bool _tripped;

    /// <summary>A guard has tripped and the run is ending: what comes in now belongs to a branch that is given up.</summary>
    private void Tripped(object message)
    {
        if (message is ChunkReady ready)
        {
            ready.Chunk.ReturnBuffers();
        }
        else if (message is RunBetweenSteps run)
        {
            run.Done.SetCanceled();
        }
    }

    private void SendLetters()
    {
        _lettersUnderWay = true;
        _parts.SendLetters(_loop.Quarantine.Condemned).PipeTo(Self, success: () => LettersAcknowledged.Instance, failure: exception => new Broken(exception));
    }

    private void OnLettersAcknowledged()
    {
        _lettersUnderWay = false;
        foreach (var outcome in _loop.LettersAcknowledged())
        {
            if (outcome.Passed.Trained > 0)
            {
                _progress.Stepped(outcome, _parts.Clock.GetTimestamp());
                _parts.Metrics.StepCompleted(outcome.Passed.Trained);
            }

            OnOutcome(outcome);
        }

        StartPumping();
    }

    private void Trip(GuardTrip trip, string guard)
    {
        _tripped = true;
        Timers.CancelAll();
        _loop.Discard();
        Become(Tripped);
        _parts.Metrics.GuardTripped(guard);
        _parts.Trip(trip);
    }
}
