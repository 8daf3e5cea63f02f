namespace StreamingContrastive.Pipeline.Records;

/// <summary>A partition of a topic, free of any Kafka client's types.</summary>
/// <param name="Topic">Topic name.</param>
/// <param name="Partition">Partition number, from 0.</param>
public readonly record struct PartitionId(string Topic, int Partition)
{
    /// <inheritdoc />
    public override string ToString() => $"{Topic}[{Partition}]";
}
