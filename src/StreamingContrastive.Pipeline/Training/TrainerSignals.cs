using Akka.Actor;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>What the trainer tells itself.</summary>
internal static class TrainerSignals
{
    /// <summary>Load the model.</summary>
    public sealed record Begin : INoSerializationVerificationNeeded
    {
        public static readonly Begin Instance = new();
    }

    /// <summary>Take a turn: at most one step.</summary>
    public sealed record Pump : INoSerializationVerificationNeeded
    {
        public static readonly Pump Instance = new();
    }

    /// <summary>Say again what may have been lost, and look whether a checkpoint is due.</summary>
    public sealed record Tick : INoSerializationVerificationNeeded, INotInfluenceReceiveTimeout
    {
        public static readonly Tick Instance = new();
    }

    /// <summary>A partition that no checkpoint knew begins here.</summary>
    public sealed record StartResolved(PartitionId Partition, long Next, AssignmentEpoch CausedBy) : INoSerializationVerificationNeeded;

    /// <summary>The letters of the condemned batches are acknowledged.</summary>
    public sealed record LettersAcknowledged : INoSerializationVerificationNeeded
    {
        public static readonly LettersAcknowledged Instance = new();
    }

    /// <summary>The checkpoint writer was disposed.</summary>
    public sealed record WriterEnded : INoSerializationVerificationNeeded
    {
        public static readonly WriterEnded Instance = new();
    }

    /// <summary>Something that was waited for has failed.</summary>
    public sealed record Broken(Exception Reason) : INoSerializationVerificationNeeded;
}
