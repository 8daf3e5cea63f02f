namespace StreamingContrastive.Pipeline.Delivery;

/// <summary>What became of the records that the watermarks have passed.</summary>
/// <param name="Trained">Records that were part of a step.</param>
/// <param name="DeadLettered">Records that went to the dead-letter topic.</param>
/// <param name="Tombstones">Records with a null value.</param>
/// <param name="SkippedOffsets">Offsets that the topic no longer held and the gap policy let pass; not part of <see cref="Consumed"/>.</param>
public readonly record struct DeliveryCounters(long Trained, long DeadLettered, long Tombstones, long SkippedOffsets)
{
    /// <summary>All records that were passed: trained + dead-lettered + tombstones.</summary>
    public long Consumed => Trained + DeadLettered + Tombstones;

    /// <summary>Sum, field by field.</summary>
    public static DeliveryCounters operator +(DeliveryCounters left, DeliveryCounters right) => left.Add(right);

    /// <summary>Sum, field by field.</summary>
    public DeliveryCounters Add(DeliveryCounters other) => new(
        Trained + other.Trained, DeadLettered + other.DeadLettered, Tombstones + other.Tombstones, SkippedOffsets + other.SkippedOffsets);
}
