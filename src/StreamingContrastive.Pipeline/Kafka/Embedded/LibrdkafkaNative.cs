using System.Runtime.InteropServices;

namespace StreamingContrastive.Pipeline.Kafka.Embedded;

/// <summary>
/// The functions of librdkafka's mock cluster (rdkafka_mock.h) that the embedded broker uses. All of them are thread-safe: they
/// post to the cluster's own thread, and those that return an error code wait for its answer.
/// DllImport and not LibraryImport, because the generated code of the latter would need unsafe blocks in this project.
/// </summary>
internal static class LibrdkafkaNative
{
    private const string Library = LibrdkafkaFile.ImportName;

    /// <summary>rd_kafka_type_t RD_KAFKA_PRODUCER.</summary>
    internal const int Producer = 0;

    static LibrdkafkaNative() => NativeLibrary.SetDllImportResolver(typeof(LibrdkafkaNative).Assembly, LibrdkafkaFile.Resolve);

    [DllImport(Library, EntryPoint = "rd_kafka_conf_new")]
    internal static extern nint ConfNew();

    [DllImport(Library, EntryPoint = "rd_kafka_conf_destroy")]
    internal static extern void ConfDestroy(nint conf);

    [DllImport(Library, EntryPoint = "rd_kafka_conf_set")]
    internal static extern int ConfSet(nint conf, [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string value, [Out] byte[] error, nuint errorSize);

    /// <summary>Owns <paramref name="conf"/> from here on, unless it returns 0.</summary>
    [DllImport(Library, EntryPoint = "rd_kafka_new")]
    internal static extern nint New(int type, nint conf, [Out] byte[] error, nuint errorSize);

    [DllImport(Library, EntryPoint = "rd_kafka_destroy")]
    internal static extern void Destroy(nint client);

    /// <summary>Text of an error code; static memory of the library.</summary>
    [DllImport(Library, EntryPoint = "rd_kafka_err2str")]
    internal static extern nint ErrorText(int error);

    [DllImport(Library, EntryPoint = "rd_kafka_mock_cluster_new")]
    internal static extern nint ClusterNew(nint client, int brokers);

    [DllImport(Library, EntryPoint = "rd_kafka_mock_cluster_destroy")]
    internal static extern void ClusterDestroy(nint cluster);

    /// <summary>Comma-separated host:port list; memory of the cluster.</summary>
    [DllImport(Library, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    internal static extern nint ClusterBootstraps(MockClusterHandle cluster);

    [DllImport(Library, EntryPoint = "rd_kafka_mock_set_controller_id")]
    internal static extern void SetControllerId(MockClusterHandle cluster, int broker);

    [DllImport(Library, EntryPoint = "rd_kafka_mock_group_initial_rebalance_delay_ms")]
    internal static extern void SetInitialRebalanceDelay(MockClusterHandle cluster, int milliseconds);

    [DllImport(Library, EntryPoint = "rd_kafka_mock_broker_set_host_port")]
    internal static extern void SetAdvertisedAddress(MockClusterHandle cluster, int broker,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string host, int port);

    [DllImport(Library, EntryPoint = "rd_kafka_mock_topic_create")]
    internal static extern int TopicCreate(MockClusterHandle cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic,
        int partitions, int replicas);

    [DllImport(Library, EntryPoint = "rd_kafka_mock_topic_delete")]
    internal static extern int TopicDelete(MockClusterHandle cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic);

    [DllImport(Library, EntryPoint = "rd_kafka_mock_partition_delete_records")]
    internal static extern int PartitionDeleteRecords(MockClusterHandle cluster,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int partition, long before);

    [DllImport(Library, EntryPoint = "rd_kafka_mock_push_request_errors_array")]
    internal static extern void PushRequestErrors(MockClusterHandle cluster, short apiKey, nuint count, [In] int[] errors);

    [DllImport(Library, EntryPoint = "rd_kafka_mock_clear_request_errors")]
    internal static extern void ClearRequestErrors(MockClusterHandle cluster, short apiKey);

    [DllImport(Library, EntryPoint = "rd_kafka_mock_start_request_tracking")]
    internal static extern void StartRequestTracking(MockClusterHandle cluster);

    [DllImport(Library, EntryPoint = "rd_kafka_mock_clear_requests")]
    internal static extern void ClearRequests(MockClusterHandle cluster);

    /// <summary>An array of so many requests, to be freed by <see cref="DestroyRequests"/>.</summary>
    [DllImport(Library, EntryPoint = "rd_kafka_mock_get_requests")]
    internal static extern nint GetRequests(MockClusterHandle cluster, out nuint count);

    [DllImport(Library, EntryPoint = "rd_kafka_mock_request_api_key")]
    internal static extern short RequestApiKey(nint request);

    [DllImport(Library, EntryPoint = "rd_kafka_mock_request_destroy_array")]
    internal static extern void DestroyRequests(nint requests, nuint count);

    [DllImport(Library, EntryPoint = "rd_kafka_mock_coordinator_set")]
    internal static extern int CoordinatorSet(MockClusterHandle cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string keyType,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string key, int broker);

    [DllImport(Library, EntryPoint = "rd_kafka_mock_broker_set_down")]
    internal static extern int BrokerSetDown(MockClusterHandle cluster, int broker);

    [DllImport(Library, EntryPoint = "rd_kafka_mock_broker_set_up")]
    internal static extern int BrokerSetUp(MockClusterHandle cluster, int broker);

    [DllImport(Library, EntryPoint = "rd_kafka_mock_broker_set_rtt")]
    internal static extern int BrokerSetRoundTripTime(MockClusterHandle cluster, int broker, int milliseconds);
}
