using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>
/// A trainer node that stands by says who it is; repeated for as long as it does. Answered by <see cref="StandbyRefused"/> where it must not
/// take over.
/// </summary>
/// <param name="Node">Its address.</param>
/// <param name="Configuration">Fingerprint of its pipeline.</param>
/// <param name="Directory">Identity of its checkpoint directory (<see cref="DirectoryIdentity"/>).</param>
/// <param name="Checkpoint">The checkpoint that it has loaded; empty while none.</param>
internal sealed record StandbyReady(string Node, string Configuration, string Directory, string Checkpoint) : IClusterMessage;

/// <summary>The trainer will not be followed by this standby, which ends.</summary>
/// <param name="Reason">What to do about it, for a person.</param>
internal sealed record StandbyRefused(string Reason) : IClusterMessage;

/// <summary>Asks the trainer for its progress, for a page on another node. Answered by <see cref="TrainerSeen"/> while it trains.</summary>
internal sealed record WatchTrainer : IClusterMessage
{
    public static readonly WatchTrainer Instance = new();
}

/// <summary>The trainer's progress; its timestamps are of the trainer's own clock.</summary>
/// <param name="Progress">The progress.</param>
/// <param name="Now">That clock's timestamp when this was said: ages are differences to it.</param>
internal sealed record TrainerSeen(PipelineProgress Progress, long Now) : IClusterMessage
{
    /// <summary>The progress with the timestamps of another machine's clock: ages stay what they are.</summary>
    /// <param name="now">That clock's timestamp.</param>
    public PipelineProgress On(long now)
    {
        var shift = now - Now;
        return Progress with
        {
            FirstStepTimestamp = Shifted(Progress.FirstStepTimestamp),
            LastStepTimestamp = Shifted(Progress.LastStepTimestamp),
            LastPublishedTimestamp = Shifted(Progress.LastPublishedTimestamp),
            Timestamp = Shifted(Progress.Timestamp),
        };

        long Shifted(long timestamp) => timestamp == 0 ? 0 : timestamp + shift; // 0 means that it has not happened.
    }
}

/// <summary>Ends the incarnation in order: drain, checkpoint, publish. What the singleton's manager sends before another node takes over.</summary>
internal sealed record HandOver : Akka.Actor.INoSerializationVerificationNeeded
{
    public static readonly HandOver Instance = new();
}
