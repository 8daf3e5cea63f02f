using Akka.Configuration;
using StreamingContrastive.Pipeline.Cluster.Security;
using StreamingContrastive.Pipeline.Cluster.Serialization;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>The HOCON of topology/cluster, which the assembly carries, and what the pipeline file lays over it.</summary>
internal static class ClusterConfiguration
{
    private const int MostViewBytes = 1024 * 1024;

    /// <summary>One process: dispatchers and shutdown, no cluster.</summary>
    public static Config OneNode { get; } = Read("one-node");

    /// <summary>A node of a cluster: what the program sets, over the user's file, over the profile.</summary>
    /// <param name="options">The pipeline.</param>
    /// <param name="security">How other nodes may reach this one.</param>
    public static Config Of(PipelineOptions options, RemotingSecurity security)
    {
        var cluster = options.Cluster;
        var profile = Read("local").WithFallback(OneNode);
        if (cluster.Profile == ClusterProfile.Kubernetes)
        {
            profile = Read("kubernetes").WithFallback(profile);
        }

        if (cluster.Settings is { } file)
        {
            profile = ReadFile(file).WithFallback(profile);
        }

        // In front of the user's file: it cannot switch off what the program has decided about certificates.
        return ConfigurationFactory.ParseString(security.Hocon).WithFallback(Frames(options)).WithFallback(ConfigurationFactory.ParseString(SerializationSettings.Hocon)).WithFallback(profile);
    }

    /// <summary>
    /// Records of a chunk that crosses nodes: their views stay below 1 MiB, because heartbeats share the socket (a bare test of remoting gained
    /// nothing beyond). One record's views may be longer.
    /// </summary>
    public static int ChunkRecords(PipelineOptions options) => Math.Clamp(MostViewBytes / ViewBytes(options), 1, RecordChunk.MaxRecords);

    /// <summary>Bytes of the largest message: a chunk's views, and its keys, traces and header.</summary>
    public static long FrameBytes(PipelineOptions options) => ((long)ChunkRecords(options) * ViewBytes(options)) + ClusterLimits.MaxBytesBesideRows;

    // A query, a key and a clean row.
    private static int ViewBytes(PipelineOptions options)
    {
        var layout = options.Input.Layout;
        return layout.QueryBytes + layout.KeyBytes + layout.CleanBytes;
    }

    // Larger frames than the transport expects are dropped with a log line and nothing else. 0b leaves the sockets' buffers to the system,
    // which lets them grow with the connection; a size that is set is cut to net.core.rmem_max and stays there. On loopback neither was
    // faster (benchmark "remoting").
    private static Config Frames(PipelineOptions options) => ConfigurationFactory.ParseString(FormattableString.Invariant(
        $"akka.remote.dot-netty.tcp {{ maximum-frame-size = {FrameBytes(options)}b, send-buffer-size = 0b, receive-buffer-size = 0b }}"));

    private static Config Read(string name)
    {
        using var stream = typeof(ClusterConfiguration).Assembly.GetManifestResourceStream($"cluster/{name}.conf")
            ?? throw new InvalidOperationException($"topology/cluster/{name}.conf is not in the assembly.");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }

    private static Config ReadFile(string path)
    {
        try
        {
            return ConfigurationFactory.ParseString(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ConfigurationException or FormatException)
        {
            throw new ClusterException($"cluster:settings = {path} cannot be read as Akka.NET settings: {e.Message} Correct the file, or leave cluster:settings out.", e);
        }
    }
}
