using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Pipeline.Hosting;

/// <summary>What the checkpoint directory of a pipeline holds now, for those who only look: nothing is changed, no epoch begins.</summary>
public sealed class DurableLineage
{
    private readonly LoadedCheckpoint _checkpoint;

    private DurableLineage(LoadedCheckpoint checkpoint) => _checkpoint = checkpoint;

    /// <summary>Name of the newest whole checkpoint of the lineage.</summary>
    public string Checkpoint => _checkpoint.Name.ToString();

    /// <summary>The model version that it is.</summary>
    public ulong ModelVersion => _checkpoint.Manifest.ModelVersion;

    /// <summary>Records that it has passed: trained + dead-lettered + tombstones.</summary>
    public long Consumed => _checkpoint.Manifest.Counters.Consumed;

    /// <summary>Its next offsets.</summary>
    public IReadOnlyDictionary<PartitionId, long> Offsets => _checkpoint.Manifest.OffsetTable();

    /// <summary>The state directory of a pipeline.</summary>
    public static string DirectoryOf(PipelineOptions options) => options.Checkpoint.Directory ?? Path.Combine("state", options.Name);

    /// <summary>The newest whole checkpoint of a pipeline; null where there never was one.</summary>
    /// <param name="options">The pipeline.</param>
    /// <param name="acceptRollback">Whether it may lie behind one that was announced.</param>
    /// <exception cref="CheckpointException">There are checkpoints and none of them may be used.</exception>
    public static DurableLineage? Newest(PipelineOptions options, bool acceptRollback = false)
    {
        var directory = DirectoryOf(options);
        if (!Directory.Exists(Path.Combine(directory, "checkpoints")))
        {
            return null; // A directory that was made beforehand, as for a mounted volume, is a fresh start too.
        }

        var loaded = CheckpointStore.OpenReadOnly(directory, new PhysicalCheckpointFiles()).LoadNewest(acceptRollback).Checkpoint;
        return loaded is null ? null : new DurableLineage(loaded);
    }

    /// <summary>A trainer in the checkpoint's state; the caller disposes it.</summary>
    public ContrastiveTrainer OpenTrainer(TrainerConfiguration configuration)
    {
        var trainer = new ContrastiveTrainer(configuration);
        trainer.Restore(TrainerStateFiles.Read(_checkpoint));
        return trainer;
    }
}
