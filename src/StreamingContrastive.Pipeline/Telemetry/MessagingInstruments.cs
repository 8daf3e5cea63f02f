using static StreamingContrastive.Pipeline.Telemetry.InstrumentKind;

namespace StreamingContrastive.Pipeline.Telemetry;

/// <summary>Instruments of OpenTelemetry's semantic conventions for messaging clients, with their names, units and buckets.</summary>
internal static class MessagingInstruments
{
    private static readonly double[] Seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    public static readonly InstrumentDefinition OperationDuration = new(
        "messaging.client.operation.duration", Histogram, "s",
        "Duration of a client operation: poll is the collecting of one chunk, send one list of outputs until the broker has all of it, commit the group's advisory commit of the trainer's offsets.",
        TagNames.Operation, TagNames.OperationType, TagNames.System, TagNames.Destination, TagNames.Group, TagNames.ErrorType)
    {
        Buckets = Seconds,
    };

    public static readonly InstrumentDefinition Sent = new(
        "messaging.client.sent.messages", Counter, "{message}",
        "Messages handed to the producer; with error.type where the list that they belong to was not acknowledged as a whole.",
        TagNames.Operation, TagNames.System, TagNames.Destination, TagNames.ErrorType);

    public static readonly InstrumentDefinition Consumed = new(
        "messaging.client.consumed.messages", Counter, "{message}",
        "Messages taken from the consumer, those that are read again after a rewind included.",
        TagNames.Operation, TagNames.System, TagNames.Destination, TagNames.Partition, TagNames.Group);

    public static readonly InstrumentDefinition ProcessDuration = new(
        "messaging.process.duration", Histogram, "s",
        "Duration of one optimizer step over a batch of records, embeddings included; with error.type where the batch was refused.",
        TagNames.Operation, TagNames.System, TagNames.Destination, TagNames.Group, TagNames.ErrorType)
    {
        Buckets = Seconds,
    };

    public static readonly InstrumentDefinition[] All = [OperationDuration, Sent, Consumed, ProcessDuration];
}
