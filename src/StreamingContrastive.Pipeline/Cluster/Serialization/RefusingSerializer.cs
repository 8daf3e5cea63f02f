using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace StreamingContrastive.Pipeline.Cluster.Serialization;

/// <summary>
/// Stands where Akka keeps its JSON serializer, which makes an object of any type that a message names. allow-unregistered-types = false
/// only keeps this node from writing such a message; with this one in its place no node can make another read one either.
/// </summary>
internal sealed class RefusingSerializer : Serializer
{
    /// <summary>As Akka makes it: 'json' has settings of its own.</summary>
    public RefusingSerializer(ExtendedActorSystem system, Config settings)
        : base(system)
    {
    }

    /// <summary>The JSON serializer's id.</summary>
    public const int JsonId = 1;

    /// <inheritdoc />
    public override int Identifier => JsonId;

    /// <inheritdoc />
    public override bool IncludeManifest => true;

    /// <inheritdoc />
    public override byte[] ToBinary(object obj) =>
        throw new ClusterMessageException($"{obj.GetType().Name} is bound to no serializer, so it cannot be sent to another node. Messages between nodes are IClusterMessage with a codec in ClusterMessages.");

    /// <inheritdoc />
    public override object FromBinary(byte[] bytes, Type type) =>
        throw new ClusterMessageException("Another node sent a message in JSON. This cluster reads none: it would make an object of any type that the sender names.");
}
