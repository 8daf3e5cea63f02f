using System.Net;
using System.Runtime.InteropServices;

namespace StreamingContrastive.Pipeline.Kafka.Embedded;

/// <summary>
/// A Kafka cluster inside this process: librdkafka's mock brokers on 127.0.0.1, reachable by any Kafka client of this machine, with
/// a <see cref="TcpForwarder"/> in front when the port has to be fixed or connections have to be cut. Thread-safe.
/// <see cref="EmbeddedKafkaLimits"/> says what it is not.
/// </summary>
public sealed class EmbeddedKafka : IAsyncDisposable
{
    private readonly MockClusterHandle _cluster;
    private readonly int _brokers;

    private EmbeddedKafka(MockClusterHandle cluster, int brokers)
    {
        _cluster = cluster;
        _brokers = brokers;
        BootstrapServers = Marshal.PtrToStringUTF8(LibrdkafkaNative.ClusterBootstraps(cluster)) ?? "";
    }

    /// <summary>Comma-separated host:port list for clients.</summary>
    public string BootstrapServers { get; private set; }

    /// <summary>The forwarders, one a broker in order of id; empty without <see cref="EmbeddedKafkaOptions.FixedPort"/>.</summary>
    public IReadOnlyList<TcpForwarder> Forwarders { get; private set; } = [];

    /// <summary>Whether a cluster with this id is an embedded one, of whatever process: librdkafka names its mock clusters so.</summary>
    public static bool IsIdOfOne(string clusterId) => clusterId.StartsWith("mockCluster", StringComparison.Ordinal);

    /// <summary>Starts the brokers; they serve when this returns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number of brokers, a port or a number of partitions is impossible.</exception>
    /// <exception cref="EmbeddedKafkaException">A port is in use, or librdkafka could not open its sockets.</exception>
    public static EmbeddedKafka Start(EmbeddedKafkaOptions? options = null)
    {
        options ??= new EmbeddedKafkaOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Brokers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Brokers, EmbeddedKafkaLimits.MaxBrokers);
        var cluster = MockClusterHandle.Create(options.Brokers);
        try
        {
            // Without a controller an admin call would hang for a minute; with one it is answered UNSUPPORTED at once.
            LibrdkafkaNative.SetControllerId(cluster, 1);
            LibrdkafkaNative.SetInitialRebalanceDelay(cluster, (int)options.InitialRebalanceDelay.TotalMilliseconds);
            var kafka = new EmbeddedKafka(cluster, options.Brokers);
            foreach (var topic in options.Topics ?? [])
            {
                kafka.CreateTopic(topic.Name, topic.Partitions);
            }

            if (options.FixedPort is { } port)
            {
                kafka.Forward(options, port);
            }

            return kafka;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    /// <summary>Creates a topic, replicated on every broker up to three.</summary>
    /// <exception cref="EmbeddedKafkaException">The topic exists.</exception>
    public void CreateTopic(string name, int partitions)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        Check(LibrdkafkaNative.TopicCreate(_cluster, name, partitions, Math.Min(_brokers, 3)), $"create topic '{name}' with {partitions} partitions");
    }

    /// <summary>Deletes a topic with its records; the same name may be created again.</summary>
    /// <exception cref="EmbeddedKafkaException">There is no such topic.</exception>
    public void DeleteTopic(string name) => Check(LibrdkafkaNative.TopicDelete(_cluster, name), $"delete topic '{name}'");

    /// <summary>Drops the records below <paramref name="offset"/>, as retention would: it becomes the partition's first offset.</summary>
    /// <exception cref="EmbeddedKafkaException">There is no such partition, or the offset lies beyond its end.</exception>
    public void DeleteRecordsBefore(string topic, int partition, long offset) =>
        Check(LibrdkafkaNative.PartitionDeleteRecords(_cluster, topic, partition, offset), $"delete the records of {topic}[{partition}] below {offset}");

    /// <summary>
    /// Lets the next requests of a kind fail, each with the next of the codes (0 lets one pass). <c>ErrorCode.Local_Transport</c>
    /// (-195) cuts the connection instead.
    /// </summary>
    /// <param name="apiKey">Kafka's number of the request: 0 Produce, 1 Fetch, 3 Metadata, 8 OffsetCommit, 11 JoinGroup, 22 InitProducerId, 26 EndTxn.</param>
    /// <param name="errorCodes">Kafka error codes, as in Confluent.Kafka's ErrorCode.</param>
    public void PushRequestErrors(short apiKey, params int[] errorCodes) =>
        LibrdkafkaNative.PushRequestErrors(_cluster, apiKey, (nuint)errorCodes.Length, errorCodes);

    /// <summary>Takes back the errors of <see cref="PushRequestErrors"/> that were not used yet.</summary>
    public void ClearRequestErrors(short apiKey) => LibrdkafkaNative.ClearRequestErrors(_cluster, apiKey);

    /// <summary>Notes every request from now on, forgetting those before; the notes grow until the next call.</summary>
    public void TrackRequests()
    {
        LibrdkafkaNative.StartRequestTracking(_cluster);
        LibrdkafkaNative.ClearRequests(_cluster);
    }

    /// <summary>Requests of a kind since <see cref="TrackRequests"/>, whatever was answered.</summary>
    public int CountRequests(short apiKey)
    {
        var requests = LibrdkafkaNative.GetRequests(_cluster, out var count);
        try
        {
            return Enumerable.Range(0, (int)count).Count(i => LibrdkafkaNative.RequestApiKey(Marshal.ReadIntPtr(requests, i * nint.Size)) == apiKey);
        }
        finally
        {
            LibrdkafkaNative.DestroyRequests(requests, count);
        }
    }

    /// <summary>Closes a broker's connections and refuses new ones; leaders stay. Its records are kept.</summary>
    /// <param name="brokerId">Id from 1; -1, the default, means every broker.</param>
    public void SetBrokerDown(int brokerId = -1) => Check(LibrdkafkaNative.BrokerSetDown(_cluster, brokerId), $"take broker {brokerId} down");

    /// <summary>Lets a broker accept connections again.</summary>
    /// <param name="brokerId">Id from 1; -1, the default, means every broker.</param>
    public void SetBrokerUp(int brokerId = -1) => Check(LibrdkafkaNative.BrokerSetUp(_cluster, brokerId), $"bring broker {brokerId} up");

    /// <summary>Delays every answer.</summary>
    /// <param name="delay">Delay, whole milliseconds.</param>
    /// <param name="brokerId">Id from 1; -1, the default, means every broker.</param>
    public void SetRoundTripTime(TimeSpan delay, int brokerId = -1) =>
        Check(LibrdkafkaNative.BrokerSetRoundTripTime(_cluster, brokerId, (int)delay.TotalMilliseconds), $"set the round trip time of broker {brokerId}");

    /// <summary>Moves the coordinator of a consumer group to a broker.</summary>
    public void SetGroupCoordinator(string groupId, int brokerId) =>
        Check(LibrdkafkaNative.CoordinatorSet(_cluster, "group", groupId, brokerId), $"move the coordinator of group '{groupId}' to broker {brokerId}");

    /// <summary>Stops forwarders and brokers; every record is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var forwarder in Forwarders)
        {
            await forwarder.DisposeAsync().ConfigureAwait(false);
        }

        _cluster.Dispose();
    }

    private static void Check(int error, string what)
    {
        if (error != 0)
        {
            throw new EmbeddedKafkaException(
                $"The embedded broker could not {what}: {Marshal.PtrToStringUTF8(LibrdkafkaNative.ErrorText(error))} ({error}).");
        }
    }

    private void Forward(EmbeddedKafkaOptions options, int port)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(port, nameof(options.FixedPort));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port + options.Brokers - 1, ushort.MaxValue, nameof(options.FixedPort));
        var targets = BootstrapServers.Split(',').Select(IPEndPoint.Parse).ToArray();
        var forwarders = new List<TcpForwarder>();
        try
        {
            for (var i = 0; i < targets.Length; i++)
            {
                var listen = new IPEndPoint(options.ListenAddress, port == 0 ? 0 : port + i);
                forwarders.Add(TcpForwarder.Start(listen, targets[i], options.TimeProvider ?? TimeProvider.System));
                LibrdkafkaNative.SetAdvertisedAddress(_cluster, i + 1, options.AdvertisedHost, forwarders[i].Port);
            }
        }
        catch
        {
            forwarders.ForEach(forwarder => forwarder.Stop());
            throw;
        }

        Forwarders = forwarders;
        BootstrapServers = string.Join(',', forwarders.Select(forwarder => $"{options.AdvertisedHost}:{forwarder.Port}"));
    }
}
