namespace StreamingContrastive.Pipeline.Cluster.Serialization;

/// <summary>The serialization part of an actor system whose nodes talk to each other.</summary>
internal static class SerializationSettings
{
    /// <summary>
    /// HOCON: <see cref="ClusterSerializer"/> for <see cref="IClusterMessage"/>, Akka's own serializers for its own messages, nothing for
    /// anything else, in either direction. Put in front of Akka's reference configuration.
    /// </summary>
    public const string Hocon = """
        akka.actor {
          serializers {
            streaming-contrastive = "StreamingContrastive.Pipeline.Cluster.Serialization.ClusterSerializer, StreamingContrastive.Pipeline"
            json = "StreamingContrastive.Pipeline.Cluster.Serialization.RefusingSerializer, StreamingContrastive.Pipeline"
          }
          serialization-identifiers {
            "StreamingContrastive.Pipeline.Cluster.Serialization.ClusterSerializer, StreamingContrastive.Pipeline" = 7301
            "StreamingContrastive.Pipeline.Cluster.Serialization.RefusingSerializer, StreamingContrastive.Pipeline" = 1
          }
          serialization-bindings {
            "StreamingContrastive.Pipeline.Cluster.IClusterMessage, StreamingContrastive.Pipeline" = streaming-contrastive
          }
          serialization-settings.allow-unregistered-types = false
        }
        """;
}
