using static StreamingContrastive.Pipeline.Telemetry.InstrumentKind;

namespace StreamingContrastive.Pipeline.Telemetry;

/// <summary>Instruments of the way of records: stages, offsets, checkpoints, outputs.</summary>
internal static class DeliveryInstruments
{
    /// <summary>Buckets from a millisecond to a minute.</summary>
    public static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    public static readonly InstrumentDefinition StageDuration = new("contrastive.stage.duration", Histogram, "s", "Time of one piece of work in a stage: a chunk in poll, augment, letters and credit, a batch in process, a list of outputs in publish.", TagNames.Stage) { Buckets = Seconds };

    public static readonly InstrumentDefinition StageInFlight = new("contrastive.stage.in_flight", Gauge, "{record}", "Records (in publish: outputs) that are in a stage now.", TagNames.Stage);

    public static readonly InstrumentDefinition Lag = new("contrastive.lag", Gauge, "{record}", "Offsets between what the trainer has passed and the end of the partition. By the trainer's own offsets: the group's commits are advisory.", TagNames.Destination, TagNames.Partition);

    public static readonly InstrumentDefinition Freshness = new("contrastive.freshness", Gauge, "s", "Now minus the event time of the newest record that was trained on. Grows too while nothing arrives: judge it together with the lag.");

    public static readonly InstrumentDefinition Tombstones = new("contrastive.records.tombstones", Counter, "{record}", "Records with a null value, passed on as tombstones.");

    public static readonly InstrumentDefinition DeadLettered = new("contrastive.records.dead_lettered", Counter, "{record}", "Records acknowledged in the dead-letter topic, by the stage that refused them and the reason.", TagNames.Stage, TagNames.ErrorType);

    public static readonly InstrumentDefinition IgnoredParts = new("contrastive.parts.ignored", Counter, "{part}", "Parts of records that were skipped because input:parts does not name them (input:unknownParts), those of records that are read again after a rewind included.");

    public static readonly InstrumentDefinition Gaps = new("contrastive.gaps", Counter, "{gap}", "Gaps that input:onGap let pass: the topic no longer held the next offset.");

    public static readonly InstrumentDefinition GapOffsets = new("contrastive.gaps.offsets", Counter, "{offset}", "Offsets in those gaps.");

    public static readonly InstrumentDefinition Rebalances = new("contrastive.rebalances", Counter, "{partition}", "Partitions that a rebalance of the group brought (assigned) or took (revoked, lost).", TagNames.Change);

    public static readonly InstrumentDefinition Rewinds = new("contrastive.chunks.rewound", Counter, "{chunk}", "Chunks that did not start at the next offset and were answered with a rewind.");

    public static readonly InstrumentDefinition StaleChunks = new("contrastive.chunks.stale", Counter, "{chunk}", "Chunks of a reading that was already told to rewind.");

    public static readonly InstrumentDefinition CheckpointDuration = new("contrastive.checkpoint.duration", Histogram, "s", "From the copy of the state until the checkpoint is durable; the acknowledgement of the outbox before it is part of it.") { Buckets = Seconds };

    public static readonly InstrumentDefinition CheckpointCopy = new("contrastive.checkpoint.copy.duration", Histogram, "s", "Time for which the trainer stood still to copy its state.") { Buckets = Seconds };

    public static readonly InstrumentDefinition CheckpointSize = new("contrastive.checkpoint.size", Gauge, "By", "Size of the newest durable checkpoint.");

    public static readonly InstrumentDefinition CheckpointAge = new("contrastive.checkpoint.age", Gauge, "s", "Age of the newest durable checkpoint. Grows too while nothing is trained.");

    public static readonly InstrumentDefinition Outbox = new("contrastive.outbox", Gauge, "{message}", "Outputs that are made and not acknowledged by the broker: they wait for their checkpoint, or for the broker.");

    public static readonly InstrumentDefinition Published = new("contrastive.outputs.published", Counter, "{message}", "Outputs acknowledged by the broker.");

    public static readonly InstrumentDefinition LineageEpoch = new("contrastive.lineage.epoch", Gauge, "{epoch}", "The trainer's lineage epoch. Two values for one pipeline at a time are two trainers.", TagNames.Pipeline);

    public static readonly InstrumentDefinition[] All =
    [
        StageDuration, StageInFlight, Lag, Freshness, Tombstones, DeadLettered, IgnoredParts, Gaps, GapOffsets, Rebalances, Rewinds, StaleChunks,
        CheckpointDuration, CheckpointCopy, CheckpointSize, CheckpointAge, Outbox, Published, LineageEpoch,
    ];
}
