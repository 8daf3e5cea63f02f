namespace StreamingContrastive.Pipeline.Kafka.Topics;

/// <summary>A broker of the cluster, as it advertises itself.</summary>
/// <param name="Id">Broker id.</param>
/// <param name="Host">Host name or address.</param>
/// <param name="Port">TCP port.</param>
public sealed record BrokerAddress(int Id, string Host, int Port);

/// <summary>A topic, as the cluster describes it.</summary>
/// <param name="Name">Name.</param>
/// <param name="Partitions">Number of partitions.</param>
/// <param name="ReplicationFactor">Replicas of its first partition.</param>
/// <param name="TopicId">Id that tells a re-created topic from its predecessor; null from brokers older than 2.8.</param>
/// <param name="IsInternal">True for topics such as __consumer_offsets.</param>
public sealed record TopicInfo(string Name, int Partitions, int ReplicationFactor, string? TopicId, bool IsInternal);

/// <summary>What a cluster says of itself.</summary>
/// <param name="ClusterId">Id of the cluster: state that was made against one cluster must not be used with another.</param>
/// <param name="Brokers">Its brokers, by id.</param>
/// <param name="Topics">Its topics, by name.</param>
public sealed record BrokerInfo(string ClusterId, IReadOnlyList<BrokerAddress> Brokers, IReadOnlyList<TopicInfo> Topics);
