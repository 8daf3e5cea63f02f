using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>What an incarnation is made of.</summary>
/// <param name="Open">Connects, restores the newest checkpoint of the lineage and begins an epoch.</param>
/// <param name="Identity">What a standby must agree with.</param>
/// <param name="Progress">The trainer's progress.</param>
/// <param name="Laps">Told of the parts of a takeover.</param>
/// <param name="Active">Told when the singleton starts on this node.</param>
/// <param name="Finished">A bounded run has reached its end.</param>
/// <param name="Fail">Ends the node with a reason; its supervisor starts it again.</param>
/// <param name="Log">Log.</param>
/// <param name="Clock">Clock.</param>
internal sealed record IncarnationParts(
    Func<CancellationToken, Task<PipelineResources>> Open, TrainerIdentity Identity, ProgressBoard Progress, TakeoverLaps Laps, Action Active, Action Finished, Action<Exception> Fail, ILogger Log, TimeProvider Clock)
{
    /// <summary>The node leaves the cluster, which hands over.</summary>
    public required Action StepDown { get; init; }
}

/// <summary>What the trainers of one cluster have in common.</summary>
/// <param name="Configuration">Fingerprint of the pipeline.</param>
/// <param name="Directory">Identity of the checkpoint directory.</param>
internal sealed record TrainerIdentity(string Configuration, string Directory);
