using System.Text;
using Microsoft.Win32.SafeHandles;

namespace StreamingContrastive.Pipeline.Kafka.Embedded;

/// <summary>Owns a mock cluster and the client that librdkafka wants it to hang on; releases the cluster first, then the client.</summary>
internal sealed class MockClusterHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly nint _owner;

    private MockClusterHandle(nint owner, nint cluster)
        : base(ownsHandle: true)
    {
        _owner = owner;
        SetHandle(cluster);
    }

    /// <summary>Starts a cluster of brokers 1 .. <paramref name="brokers"/> on free ports of 127.0.0.1.</summary>
    /// <exception cref="EmbeddedKafkaException">librdkafka refused; the message carries its reason.</exception>
    internal static MockClusterHandle Create(int brokers)
    {
        var error = new byte[512];
        var conf = LibrdkafkaNative.ConfNew();

        // The owner has no broker of its own: at the default level it would complain about that on standard error.
        if (LibrdkafkaNative.ConfSet(conf, "log_level", "3", error, (nuint)error.Length) != 0)
        {
            LibrdkafkaNative.ConfDestroy(conf);
            throw Refused(error);
        }

        var owner = LibrdkafkaNative.New(LibrdkafkaNative.Producer, conf, error, (nuint)error.Length);
        if (owner == 0)
        {
            LibrdkafkaNative.ConfDestroy(conf);
            throw Refused(error);
        }

        var cluster = LibrdkafkaNative.ClusterNew(owner, brokers);
        if (cluster == 0)
        {
            LibrdkafkaNative.Destroy(owner);
            throw new EmbeddedKafkaException(
                $"The embedded broker did not start: librdkafka could not open {brokers} listening socket(s) on 127.0.0.1. " +
                "Look at the limits of open files and threads (ulimit -n, ulimit -u).");
        }

        return new MockClusterHandle(owner, cluster);
    }

    /// <inheritdoc />
    protected override bool ReleaseHandle()
    {
        LibrdkafkaNative.ClusterDestroy(handle);
        LibrdkafkaNative.Destroy(_owner);
        return true;
    }

    private static EmbeddedKafkaException Refused(byte[] error) =>
        new($"The embedded broker did not start: {Encoding.UTF8.GetString(error).TrimEnd('\0')}");
}
