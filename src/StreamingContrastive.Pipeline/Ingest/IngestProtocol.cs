using Akka.Actor;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Ingest;

/// <summary>Asks an augmentation actor for the pairs of a chunk. Answered by <see cref="PairsConstructed"/> or Status.Failure.</summary>
internal sealed record ConstructPairs(RecordChunk Chunk) : INoSerializationVerificationNeeded;

/// <summary>The pairs of a chunk; it may go on only when its rejected records are acknowledged in the dead-letter topic.</summary>
internal sealed record PairsConstructed(PairChunk Chunk, IReadOnlyList<RefusedRecord> Rejected) : INoSerializationVerificationNeeded
{
    /// <summary>Parts of the pairs' records that were skipped (input:unknownParts).</summary>
    public int IgnoredParts { get; init; }
}

/// <summary>The consumer or the stream ended; null means that it was asked to.</summary>
internal sealed record IngestEnded(Exception? Reason) : INoSerializationVerificationNeeded;

/// <summary>Stops consuming and leaves the group. Answered by <see cref="IngestStopped"/>.</summary>
internal sealed record StopIngest : INoSerializationVerificationNeeded
{
    public static readonly StopIngest Instance = new();
}

/// <summary>The consumer has left the group; no further chunk is sent.</summary>
internal sealed record IngestStopped : INoSerializationVerificationNeeded
{
    public static readonly IngestStopped Instance = new();
}
