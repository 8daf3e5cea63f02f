namespace StreamingContrastive.Pipeline.Cluster.Serialization;

/// <summary>What a standby and the trainer say to each other, to the wire and back.</summary>
internal static class StandbyWire
{
    /// <summary>To the wire.</summary>
    public static Wire.StandbyReady Write(StandbyReady message) => new()
    {
        Node = message.Node,
        Configuration = message.Configuration,
        Directory = message.Directory,
        Checkpoint = message.Checkpoint,
    };

    /// <summary>From the wire.</summary>
    public static StandbyReady Read(Wire.StandbyReady wire) => new(wire.Node, wire.Configuration, wire.Directory, wire.Checkpoint);

    /// <summary>To the wire.</summary>
    public static Wire.StandbyRefused Write(StandbyRefused message) => new() { Reason = message.Reason };

    /// <summary>From the wire.</summary>
    public static StandbyRefused Read(Wire.StandbyRefused wire) => new(wire.Reason);
}
