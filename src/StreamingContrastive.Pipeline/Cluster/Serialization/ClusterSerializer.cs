using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Serialization;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Pipeline.Cluster.Serialization;

/// <summary>
/// Writes and reads every <see cref="IClusterMessage"/>. Pure but for the buffers of chunks: a chunk's buffers are returned as soon as its
/// bytes are made, because a message that is serialized has left this node. Remoting may ask for the bytes of one message again (a write
/// that found the connection full is tried again from the start), so they are kept as long as the message is. A chunk that is read owns
/// buffers of its own; whoever receives it returns them. A chunk that remoting drops before its bytes are made (dead letters) is left to
/// the garbage collector, as rented arrays may be.
/// </summary>
internal sealed class ClusterSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Part of the wire format, as manifests are. Akka keeps 0 to 40, and its modules some below 100.</summary>
    public const int Id = 7301;

    private readonly ConditionalWeakTable<PairChunk, byte[]> _written = [];

    /// <inheritdoc />
    public override int Identifier => Id;

    /// <inheritdoc />
    public override string Manifest(object o) => ClusterMessages.Of(o.GetType()).Manifest;

    /// <inheritdoc />
    public override byte[] ToBinary(object obj)
    {
        var codec = ClusterMessages.Of(obj.GetType());
        if (obj is not ChunkReady ready)
        {
            return codec.Encode(obj);
        }

        lock (ready.Chunk) // An endpoint that is replaced may try again while the old one gives up.
        {
            if (!_written.TryGetValue(ready.Chunk, out var bytes))
            {
                bytes = codec.Encode(ready);
                _written.Add(ready.Chunk, bytes);
                ready.Chunk.ReturnBuffers();
            }

            return bytes;
        }
    }

    /// <inheritdoc />
    public override object FromBinary(byte[] bytes, string manifest) => ClusterMessages.Of(manifest).Decode(bytes);
}
