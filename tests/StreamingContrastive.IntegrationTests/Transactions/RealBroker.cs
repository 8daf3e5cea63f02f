using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamingContrastive.Contracts.Client;
using StreamingContrastive.IntegrationTests.Transactions;
using StreamingContrastive.Pipeline.Kafka.Topics;
using Testcontainers.Kafka;

[assembly: AssemblyFixture(typeof(RealBroker))]

namespace StreamingContrastive.IntegrationTests.Transactions;

/// <summary>
/// A Kafka cluster that is not ours: the one that STREAMING_CONTRASTIVE_TEST_BOOTSTRAP names, or a container where Docker is. Nothing is
/// assumed of it but the protocol: topics are created with names of their own, with the settings that a test leans on whatever the
/// cluster's defaults are, and removed at the end; broker ids, versions and numbers are whatever they are, and what one broker knows
/// another may learn later. Connected at the first test that asks, so that a run without such tests starts nothing.
/// </summary>
public sealed class RealBroker : IAsyncLifetime
{
    private const string Variable = "STREAMING_CONTRASTIVE_TEST_BOOTSTRAP";
    private const string Image = "apache/kafka:4.1.0";

    // A broker that does not know a topic yet answers one of so many questions in a row with that.
    private const int Answers = 5;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    // A cluster may keep records for a day, or stamp them with its own time.
    private static readonly Dictionary<string, string> _settings = new()
    {
        ["cleanup.policy"] = "delete",
        ["retention.ms"] = "-1",
        ["message.timestamp.type"] = "CreateTime",
    };

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

    /// <summary>
    /// Creates a topic with as many replicas as the cluster can give, at most 3, returns when the brokers know it and its leaders, and removes
    /// it at the end.
    /// </summary>
    public async Task CreateTopicAsync(string name, int partitions, params (string Key, string Value)[] config)
    {
        using var admin = Admin();
        Forget(name);
        var settings = new Dictionary<string, string>(_settings);
        foreach (var (key, value) in config)
        {
            settings[key] = value;
        }

        await admin.CreateTopicsAsync(
            [new TopicSpecification { Name = name, NumPartitions = partitions, ReplicationFactor = (short)Math.Min(_brokers, 3), Configs = settings }],
            new CreateTopicsOptions { RequestTimeout = _patience, OperationTimeout = _patience });
        for (var known = 0; known < Answers;)
        {
            // Not by metadata of its name: that would create a topic where brokers do so by themselves.
            var led = await EventuallyAsync(
                async () => (await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([name]), new DescribeTopicsOptions { RequestTimeout = _patience })).TopicDescriptions[0].Partitions.Count(p => p.Leader is { Id: >= 0 }),
                count => count == partitions,
                onRetry: () => known = 0);
            known += led == partitions ? 1 : 0;
        }
    }

    /// <summary>Asks until the answer is as expected; a refusal counts as "not yet". Fails with the last answer when patience ends.</summary>
    public static async Task<T> EventuallyAsync<T>(Func<Task<T>> ask, Func<T, bool> holds, Action? onRetry = null)
    {
        using var limit = new CancellationTokenSource(_patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        object? last = null;
        while (!limit.IsCancellationRequested)
        {
            try
            {
                var answer = await ask();
                if (holds(answer))
                {
                    return answer;
                }

                last = answer;
            }
            catch (Exception e) when (e is KafkaException or KafkaRequestException or TopicReadException)
            {
                last = e.Message;
            }

            onRetry?.Invoke();
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        throw new TimeoutException($"Not as expected after {_patience.TotalSeconds:0} s, at last: {last}");
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
                await RemoveAsync(admin, present);
            }
        }

        if (_container is not null)
        {
            await _container.DisposeAsync();
        }

        _connecting.Dispose();
    }

    // A cluster that deletes no topics keeps these; the tests were right nevertheless.
    private static async Task RemoveAsync(IAdminClient admin, string[] topics)
    {
        try
        {
            await admin.DeleteTopicsAsync(topics, new DeleteTopicsOptions { RequestTimeout = _patience, OperationTimeout = _patience });
        }
        catch (KafkaException e)
        {
            TestContext.Current.SendDiagnosticMessage($"{topics.Length} topics of the tests are left behind: {e.Error.Reason}");
        }
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
