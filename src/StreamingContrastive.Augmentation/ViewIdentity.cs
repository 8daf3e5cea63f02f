namespace StreamingContrastive.Augmentation;

/// <summary>
/// Everything that a view's randomness may depend on (design.md section 5): a view can be made again at any time, on any
/// machine, from these values alone, so there is no augmentation state to save.
/// </summary>
/// <param name="Seed">The pipeline's seed.</param>
/// <param name="TopicHash">A stable 64-bit hash of the topic's name, computed once per topic.</param>
/// <param name="Partition">The record's partition.</param>
/// <param name="Offset">The record's offset.</param>
/// <param name="View">0 = query, 1 = key; further parts of a record and its hard negatives have numbers of their own (<see cref="Parts.PartViewNumbers"/>).</param>
/// <param name="Pass">How often the record was drawn before: 0 at first admission.</param>
public readonly record struct ViewIdentity(ulong Seed, ulong TopicHash, int Partition, long Offset, int View, int Pass);
