using Google.Protobuf;

namespace StreamingContrastive.Pipeline.Cluster.Serialization;

/// <summary>How one type of message is written and read.</summary>
/// <param name="manifest">Its name on the wire. Fixed for ever, like a field number: another version knows it by this alone.</param>
/// <param name="messageType">The type.</param>
internal abstract class MessageCodec(string manifest, Type messageType)
{
    /// <summary>Its name on the wire.</summary>
    public string Manifest { get; } = manifest;

    /// <summary>The type.</summary>
    public Type MessageType { get; } = messageType;

    /// <summary>The bytes of a message, an array of exactly their number.</summary>
    /// <exception cref="ClusterMessageException">It is longer than a message may be.</exception>
    public abstract byte[] Encode(object message);

    /// <summary>The message. The bytes are only read while it is made.</summary>
    /// <exception cref="ClusterMessageException">They are no such message.</exception>
    public abstract object Decode(byte[] bytes);
}

/// <summary>A control message: one protobuf message of topology/contracts/cluster.proto.</summary>
/// <param name="manifest">Its name on the wire.</param>
/// <param name="parser">Reads it.</param>
/// <param name="toWire">Its fields.</param>
/// <param name="fromWire">The message of the fields, checked.</param>
internal sealed class ControlCodec<TMessage, TWire>(string manifest, MessageParser<TWire> parser, Func<TMessage, TWire> toWire, Func<TWire, TMessage> fromWire)
    : MessageCodec(manifest, typeof(TMessage))
    where TMessage : IClusterMessage
    where TWire : IMessage<TWire>
{
    private readonly MessageParser<TWire> _parser = parser.WithDiscardUnknownFields(true);

    /// <inheritdoc />
    public override byte[] Encode(object message)
    {
        var wire = toWire((TMessage)message);
        WireChecks.Length(Manifest, wire.CalculateSize(), WireChecks.MaxControlBytes);
        return wire.ToByteArray();
    }

    /// <inheritdoc />
    public override object Decode(byte[] bytes)
    {
        WireChecks.Length(Manifest, bytes.Length, WireChecks.MaxControlBytes);
        return fromWire(WireChecks.Parse(Manifest, _parser, bytes, WireChecks.MaxControlFields))!;
    }
}
