namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>The transport between nodes, set for chunks of 1 MiB that share their socket with heartbeats.</summary>
internal static class TransportSettings
{
    /// <summary>
    /// HOCON. Frames hold the longest message (<see cref="Serialization.WireChecks.MaxMessageBytes"/>) and its envelope; one byte more, and Akka
    /// drops the message with a line in the log. Socket buffers are left to the system, which makes them grow; a fixed size does not.
    /// </summary>
    public const string Hocon = """
        akka.remote.dot-netty.tcp {
          maximum-frame-size = 4259840b
          send-buffer-size = 0b
          receive-buffer-size = 0b
        }
        """;
}
