using StreamingContrastive.Pipeline.Checkpoints;

namespace StreamingContrastive.Pipeline.Hosting;

/// <summary>A whole checkpoint once more under a new epoch, with other offsets: weights, queue, optimizer and random state byte for byte.</summary>
internal sealed class CheckpointCopy(LoadedCheckpoint loaded, EpochRecord epoch)
{
    /// <summary>The copy with the offsets of a plan.</summary>
    public CheckpointContent With(ResetPlan plan)
    {
        var manifest = loaded.Manifest;
        var counters = manifest.Counters.ToRunning();
        return new CheckpointContent
        {
            Step = manifest.Step,
            ModelVersion = epoch.ModelVersionFloor + 1, // The same weights under a number of their own: no number ever names two checkpoints.
            SpaceId = manifest.SpaceId,
            ClusterId = plan.Origin!.ClusterId,
            TopicIds = plan.Origin.TopicIds,
            NextOffsets = plan.Offsets!,
            Counters = counters with { SkippedOffsets = counters.SkippedOffsets + plan.SkippedOffsets },
            Seed = manifest.Seed,
            Configuration = ReadAll(CheckpointLayout.ConfigurationFile),
            Files =
            [
                .. manifest.Files.Select(f => f.Name)
                    .Where(name => name is not (CheckpointLayout.OutboxFile or CheckpointLayout.ConfigurationFile))
                    .Select(name => new CheckpointFile(name, target => CopyTo(name, target))),
            ],
            // One that is in doubt is sent again from here: after this the checkpoint that it came from never is.
            Outbox = loaded.IsAnnounced ? new Outbox() : loaded.ReadOutbox(),
        };
    }

    private void CopyTo(string name, Stream target)
    {
        using var source = loaded.OpenRead(name);
        source.CopyTo(target);
    }

    private byte[] ReadAll(string name)
    {
        using var memory = new MemoryStream();
        CopyTo(name, memory);
        return memory.ToArray();
    }
}
