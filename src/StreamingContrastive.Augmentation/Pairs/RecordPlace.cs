namespace StreamingContrastive.Augmentation.Pairs;

/// <summary>Where a record stands: all that the randomness of its views may depend on, but for the view itself.</summary>
/// <param name="Seed">The pipeline's seed.</param>
/// <param name="TopicHash">From <see cref="RecordIdentity.TopicHash"/>, computed once per topic.</param>
/// <param name="Partition">The record's partition.</param>
/// <param name="Offset">The record's offset.</param>
/// <param name="Pass">How often the record was drawn before.</param>
public readonly record struct RecordPlace(ulong Seed, ulong TopicHash, int Partition, long Offset, int Pass)
{
    /// <summary>The identity of one of its views.</summary>
    public ViewIdentity View(int view) => new(Seed, TopicHash, Partition, Offset, view, Pass);
}
