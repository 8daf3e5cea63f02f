using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamingContrastive.IntegrationTests.Transactions;
using Testcontainers.Kafka;

[assembly: AssemblyFixture(typeof(RealBroker))]

namespace StreamingContrastive.IntegrationTests.Transactions;

/// <summary>
/// A Kafka cluster that is not ours: the one that STREAMING_CONTRASTIVE_TEST_BOOTSTRAP names, or a container where Docker is. Nothing is
/// assumed of it but the protocol: topics are created with names of their own and removed at the end, broker ids and versions
/// are whatever they are. Connected at the first test that asks, so that a run without such tests starts nothing.
/// </summary>
public sealed class RealBroker : IAsyncLifetime
{
    private const string Variable = "STREAMING_CONTRASTIVE_TEST_BOOTSTRAP";
    private const string Image = "apache/kafka:4.1.0";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _connecting = new(1);
    private readonly List<string> _topics = [];
    private KafkaContainer? _container;
    private string? _bootstrap;
    private string? _reason;
    private int _brokers;

    /// <summary>Longest wait for anything that the brokers do.</summary>
    public static TimeSpan Patience => _patience;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>The address; skips the calling test, and says why, where there is no cluster.</summary>
    public async Task<string> RequireAsync()
    {
        await _connecting.WaitAsync();
        try
        {
            if (_bootstrap is null && _reason is null)
            {
                await ConnectAsync();
            }
        }
        finally
        {
            _connecting.Release();
        }

        Assert.SkipWhen(_bootstrap is null, _reason ?? "");
        return _bootstrap!;
    }

    /// <summary>A name that no other test and no earlier run uses.</summary>
    public static string NewName(string kind) => $"sctest-{kind}-{Guid.NewGuid():N}"[..30];

    /// <summary>Creates a topic with as many replicas as the cluster can give, at most 3, and removes it at the end.</summary>
    public async Task CreateTopicAsync(string name, int partitions, params (string Key, string Value)[] config)
    {
        using var admin = Admin();
        Forget(name);
        await admin.CreateTopicsAsync(
            [new TopicSpecification { Name = name, NumPartitions = partitions, ReplicationFactor = (short)Math.Min(_brokers, 3), Configs = config.ToDictionary(c => c.Key, c => c.Value) }],
            new CreateTopicsOptions { RequestTimeout = _patience, OperationTimeout = _patience });
    }

    /// <summary>Removes a topic now.</summary>
    public async Task DeleteTopicAsync(string name)
    {
        using var admin = Admin();
        await admin.DeleteTopicsAsync([name], new DeleteTopicsOptions { RequestTimeout = _patience, OperationTimeout = _patience });
    }

    /// <summary>Has a topic that somebody else creates removed at the end.</summary>
    public void Forget(string name)
    {
        lock (_topics)
        {
            _topics.Add(name);
        }
    }

    public IAdminClient Admin() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _bootstrap }).Build();

    public async ValueTask DisposeAsync()
    {
        if (_bootstrap is not null && _container is null && _topics.Count > 0)
        {
            using var admin = Admin();
            var present = admin.GetMetadata(_patience).Topics.Select(t => t.Topic).Intersect(_topics).ToArray();
            if (present.Length > 0)
            {
                await admin.DeleteTopicsAsync(present, new DeleteTopicsOptions { RequestTimeout = _patience, OperationTimeout = _patience });
            }
        }

        if (_container is not null)
        {
            await _container.DisposeAsync();
        }

        _connecting.Dispose();
    }

    private async Task ConnectAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            // Named on purpose: when it does not answer, that is a failure and no reason to skip.
            _bootstrap = named;
        }
        else if (!IsDockerThere())
        {
            _reason = $"needs Kafka brokers with transactions: set {Variable} to HOST:PORT of a cluster, or run where Docker is.";
            return;
        }
        else if (await StartContainerAsync() is { } started)
        {
            _bootstrap = started;
        }
        else
        {
            return;
        }

        using var admin = Admin();
        _brokers = (await admin.DescribeClusterAsync(new DescribeClusterOptions { RequestTimeout = _patience })).Nodes.Count;
    }

    private async Task<string?> StartContainerAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
            _container = new KafkaBuilder(Image).Build();
            await _container.StartAsync(limit.Token);
            return _container.GetBootstrapAddress();
        }
        catch (Exception e)
        {
            _reason = $"Docker is there, but {Image} did not start: {e.Message}. Set {Variable} to HOST:PORT of a cluster instead.";
            return null;
        }
    }

    private static bool IsDockerThere() =>
        File.Exists("/var/run/docker.sock") || Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 };
}
