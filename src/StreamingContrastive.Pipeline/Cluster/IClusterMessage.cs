namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>
/// A message that may cross nodes: <see cref="Serialization.ClusterSerializer"/> is bound to it, and every type that has it needs an entry in
/// <see cref="Serialization.ClusterMessages"/>. Whatever lacks it cannot be sent to another node: nothing else is bound.
/// </summary>
internal interface IClusterMessage;
