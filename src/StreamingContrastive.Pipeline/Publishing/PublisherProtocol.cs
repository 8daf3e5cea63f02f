using Akka.Actor;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Publishing;

/// <summary>Produce these records, after all that were asked for before. Answered by <see cref="OutputsPublished"/>.</summary>
/// <param name="Sequence">Number that the answer repeats.</param>
/// <param name="Records">Outbox of a durable checkpoint, or the outputs of a step in immediate delivery.</param>
internal sealed record PublishOutputs(long Sequence, IReadOnlyList<OutputRecord> Records) : INoSerializationVerificationNeeded;

/// <summary>Every record of the request is acknowledged by the broker.</summary>
internal sealed record OutputsPublished(long Sequence, int Count) : INoSerializationVerificationNeeded;

/// <summary>The request cannot be published; the pipeline stops, and its outbox is sent again at the next start.</summary>
internal sealed record PublishFailed(long Sequence, Exception Reason) : INoSerializationVerificationNeeded;
