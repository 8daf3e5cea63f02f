using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>
/// Does once, for nothing, what a takeover will do: verifies the newest checkpoint and restores it into a model that is thrown away. What
/// is kept is what made the first time slow: native libraries, compiled code, the checkpoint's bytes in the disk's cache. To keep
/// the model itself was turned down: it would be a second one beside the trainer's on a small machine, and a checkpoint old when needed.
/// Begins no epoch and changes nothing in the directory.
/// </summary>
internal static class StandbyRehearsal
{
    /// <summary>Loads the newest checkpoint unless it is the one that was loaded last.</summary>
    /// <param name="options">The pipeline.</param>
    /// <param name="files">The disk.</param>
    /// <param name="known">Name of the one that was loaded last; empty for none.</param>
    /// <returns>Its name; "none yet" where there is none.</returns>
    public static string Run(PipelineOptions options, ICheckpointFiles files, string known)
    {
        var checkpoint = CheckpointStore.OpenReadOnly(DurableLineage.DirectoryOf(options), files).LoadNewest(acceptRollback: true).Checkpoint;
        var name = checkpoint?.Name.ToString() ?? "none yet";
        if (name == known)
        {
            return name;
        }

        using var trainer = new ContrastiveTrainer(PipelineResources.ConfigurationOf(options));
        if (checkpoint is not null)
        {
            trainer.Restore(TrainerStateFiles.Read(checkpoint));
        }

        return name;
    }
}
