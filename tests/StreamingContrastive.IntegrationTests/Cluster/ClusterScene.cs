using System.Diagnostics;
using System.Globalization;
using StreamingContrastive.IntegrationTests.Chaos;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Cluster.Security;

namespace StreamingContrastive.IntegrationTests.Cluster;

/// <summary>A broker process, nodes in processes of their own on loopback, and records that keep coming.</summary>
internal sealed class ClusterScene : IAsyncDisposable
{
    private readonly CancellationTokenSource _enough = new();
    private readonly Dictionary<string, int> _ports;
    private readonly List<NodeProcess> _nodes = [];
    private readonly NetworkSpaces? _spaces;
    private readonly string _seeds;
    private Task _feeding = Task.CompletedTask;

    private ClusterScene(ChaosPipeline pipeline, NetworkSpaces? spaces)
    {
        (Pipeline, _spaces) = (pipeline, spaces);
        string[] names = ["t1", "t2", "i1", "i2", "i3", "i4", "w1", "w2"];
        _ports = names.Zip(FreePorts.Take(names.Length)).ToDictionary(p => p.First, p => p.Second);
        string[] seeds = ["t1", "t2", "i1"]; // The last one: t1, started again while no other trainer runs, would begin a second cluster.
        _seeds = string.Join(',', seeds.Select(n => Invariant($"{HostOf(n)}:{_ports[n]}")));
    }

    public ChaosPipeline Pipeline { get; }

    /// <summary>Arguments of a node beside the usual ones. Default: it shows nothing.</summary>
    public Func<string, IReadOnlyList<string>> Further { get; set; } = _ => ["--web", "off"];

    /// <summary>The newest epoch file of the state directory; null before the first.</summary>
    public EpochRecord? Epoch => Directory.Exists(Path.Combine(Pipeline.State, "checkpoints"))
        ? CheckpointStore.OpenReadOnly(Pipeline.State, new PhysicalCheckpointFiles()).Epochs() is [.., var newest] ? newest : null
        : null;

    /// <summary>Nodes that run.</summary>
    public IEnumerable<NodeProcess> Running => _nodes.Where(n => !n.HasExited);

    /// <summary>The node whose process began the newest epoch.</summary>
    public NodeProcess? Active => Epoch is { } epoch ? Running.FirstOrDefault(n => n.Id == epoch.ProcessId) : null;

    /// <summary>The trainer node that does not train; null where there is none.</summary>
    public NodeProcess? Standby => Running.FirstOrDefault(n => n.Name[0] == 't' && n.Id != Epoch?.ProcessId);

    /// <param name="partitions">Input partitions.</param>
    /// <param name="seed">Seed of the pictures.</param>
    /// <param name="width">Encoder width.</param>
    /// <param name="spaces">Namespaces of the nodes: those whose name ends in 1 are in a, the others in b. Null for none.</param>
    /// <param name="records">What the records hold; small pictures where nothing is said.</param>
    public static async Task<ClusterScene> StartAsync(int partitions, int seed, int width = 4, NetworkSpaces? spaces = null, ChaosRecords? records = null) => new(
        await ChaosPipeline.StartAsync(partitions, seed, "checkpointed", width, staticMember: false, spaces is null ? null : ["--listen", "0.0.0.0", "--advertise", NetworkSpaces.Here], records), spaces);

    /// <summary>Starts a node; t... trains, i... reads, w... shows.</summary>
    public NodeProcess Start(string name, params string[] more)
    {
        var role = name[0] switch { 't' => "trainer", 'i' => "ingest", _ => "web" };
        var node = NodeProcess.Start(
            name,
            _spaces?.Space(SpaceOf(name)),
            ["run", Pipeline.PipelineFile, "--role", role, "--verbose", .. Further(name), "--audit", Pipeline.AuditFile,
             .. _spaces is null ? (string[])[] : [RemotingSecurity.InsecureOption, "--set", $"cluster:hostname={HostOf(name)}"],
             "--set", Invariant($"cluster:port={_ports[name]}"), "--set", $"cluster:seedNodes={_seeds}", "--set", "cluster:standbyEvery=2s", .. more]);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Starts the usual nodes: two trainers, the first of them active, and so many ingests; returns once they train.</summary>
    public async Task BeginAsync(int ingests, int rate, int window = 4000, bool standby = true)
    {
        var first = Start("t1");
        await first.SaysAsync("is a member of the cluster");
        if (standby)
        {
            await Start("t2").SaysAsync("is a member of the cluster");
        }

        for (var i = 1; i <= ingests; i++)
        {
            Start(Invariant($"i{i}"));
        }

        await FeedAsync(first, rate, window);
    }

    /// <summary>Starts one process that does everything, without a cluster; returns once it trains.</summary>
    public async Task BeginAloneAsync(int rate, int window)
    {
        var node = NodeProcess.Start("one", space: null, ["run", Pipeline.PipelineFile, "--verbose", .. Further("one"), "--audit", Pipeline.AuditFile]);
        _nodes.Add(node);
        await FeedAsync(node, rate, window);
    }

    /// <summary>Waits until the trainer of this or a newer epoch has made a step; when.</summary>
    public async Task<long> TrainsAsync(long epoch)
    {
        var anybody = Running.First();
        await anybody.UntilAsync(() => _feeding.IsFaulted || Pipeline.Audit.Ranges.Any(r => r.Epoch >= epoch), Invariant($"a step of epoch {epoch}"));
        await ThrowIfFedUpAsync();
        return Stopwatch.GetTimestamp();
    }

    /// <summary>Stops the records, lets everything be trained and published, ends all nodes in order, and checks what must hold.</summary>
    public async Task FinishAndCheckAsync(bool nothingIsTakenBack = true)
    {
        await _enough.CancelAsync();
        await _feeding;
        var anybody = Running.First(n => n.Name[0] == 't');
        await anybody.UntilAsync(() => Pipeline.Outputs.DurableRecords >= Pipeline.Produced, "the last record being durable");
        foreach (var node in Running.OrderBy(n => n.Name, StringComparer.Ordinal).ToList())
        {
            var code = await node.LeaveAsync();
            code.ShouldBe(0, $"{node.Name}: {node.Tail()}");
        }

        ChaosChecks.EveryOffsetIsTrainedOnce(Pipeline);
        await ChaosChecks.OutputsAreCompleteAsync(Pipeline, nothingIsTakenBack);
    }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await _feeding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        await Pipeline.DisposeAsync();
        _enough.Dispose();
    }

    private Task FeedAsync(NodeProcess node, int rate, int window)
    {
        _feeding = new ChaosFeed(Pipeline) { Rate = rate, Window = window }.RunAsync(_enough.Token);
        return node.UntilAsync(() => Pipeline.Outputs.DurableRecords > 0, "a first checkpoint with records");
    }

    private string HostOf(string name) => _spaces is null ? "127.0.0.1" : NetworkSpaces.Address(SpaceOf(name));

    private static string SpaceOf(string name) => name[^1] == '1' ? "a" : "b";

    private Task ThrowIfFedUpAsync() => _feeding.IsFaulted ? _feeding : Task.CompletedTask;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
