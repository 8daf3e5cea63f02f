using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Cluster.Security;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Operations;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>
/// A running node of a cluster: from <see cref="StartAsync"/> to <see cref="Completion"/>. Completion fails with the first thing that could
/// not be handled in place, being removed from the cluster among them; whoever hosts the node then ends the process, and its supervisor
/// starts the next one.
/// </summary>
public sealed class ClusterRun : IPipelineOperations, IAsyncDisposable
{
    private static readonly TimeSpan IngestStopTimeout = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PipelineRunSettings _settings;
    private readonly IngestResources? _ingest;
    private readonly NodeCertificate? _certificate;
    private readonly ServiceProvider _provider;
    private int _stopping;

    private ClusterRun(PipelineOptions options, NodeRoles roles, PipelineRunSettings settings, TrainerIdentity identity, IngestResources? ingest, NodeSecurity security)
    {
        (_settings, _ingest, _certificate) = (settings, ingest, security.Certificate);
        _provider = ClusterWiring.Build(roles, new ClusterParts(
            options, settings, identity, ingest is null ? null : _ => ingest.Parts(Fail), Fail, () => _completion.TrySetResult())
        {
            GivenUp = GivenUp,
            StepDown = () => _ = Task.Run(StepDownAsync),
            Security = security.Remoting,
            RemotingLog = security.Log,
        });
    }

    /// <summary>The trainer's progress, wherever it is; a second old on another node.</summary>
    public ProgressBoard Progress => _settings.Progress;

    /// <summary>Ends when a bounded run has ended on this node or after <see cref="StopAsync"/>; fails with what ended the node.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Connects, joins the cluster and starts what the node's roles ask for.</summary>
    /// <param name="options">The pipeline; cluster:roles names at least one role.</param>
    /// <param name="settings">The run.</param>
    /// <param name="cancellation">Gives the start up.</param>
    /// <exception cref="ClusterException">The node cannot listen, or no seed answered within cluster:joinTimeout.</exception>
    /// <exception cref="ClusterSecurityException">The address is open to others without TLS, or the certificate is not what it should be.</exception>
    /// <exception cref="CheckpointDirectoryException">The directory of a trainer node cannot be shared.</exception>
    /// <exception cref="Kafka.Topics.BrokerUnavailableException">No broker answered within kafka:connectTimeout.</exception>
    public static async Task<ClusterRun> StartAsync(PipelineOptions options, PipelineRunSettings settings, CancellationToken cancellation)
    {
        var roles = NodeRoleNames.Parse(options.Cluster.Roles);
        var security = NodeSecurity.Open(options.Cluster, settings); // Whatever may be refused comes first.
        var identity = new TrainerIdentity(ConfigurationFingerprint.Of(settings.EffectiveConfiguration.Span), roles.HasFlag(NodeRoles.Trainer) ? IdentityOf(options, settings) : "");
        var ingest = roles.HasFlag(NodeRoles.Ingest) ? await IngestResources.OpenAsync(options, settings, cancellation).ConfigureAwait(false) : null;
        var run = new ClusterRun(options, roles, settings, identity, ingest, security);
        try
        {
            await run.JoinAsync(options.Cluster, cancellation).ConfigureAwait(false);
            settings.Operations.Show(run);
            return run;
        }
        catch
        {
            await run.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Leaves: the ingest leaves its group; a trainer drains, checkpoints, publishes and hands over to the standby. Nothing is lost: what is
    /// discarded is read again.
    /// </summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _stopping, 1) == 0)
        {
            await LeaveInOrderAsync().ConfigureAwait(false);
            _completion.TrySetResult();
        }

        await _completion.Task.ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<PipelineStatus> StatusAsync(CancellationToken cancellation)
    {
        var cluster = Akka.Cluster.Cluster.Get(_provider.GetRequiredService<ActorSystem>());
        var unreachable = cluster.State.Unreachable;
        var members = cluster.State.Members.OrderBy(m => NodeAddress.Of(m.Address), StringComparer.Ordinal).Select(m => new MemberStatus(
            NodeAddress.Of(m.Address), [.. m.Roles.Where(NodeRoleNames.All.Contains).Order(StringComparer.Ordinal)], unreachable.Contains(m) ? "unreachable" : m.Status.ToString().ToLowerInvariant()));
        return new PipelineStatus(NodeAddress.Of(cluster.SelfAddress), [.. members], await TrainerQuestions.DescribeAsync(Trainer, cancellation).ConfigureAwait(false));
    }

    /// <inheritdoc />
    public Task<OperationResult> DoAsync(PipelineOperation operation, CancellationToken cancellation) => TrainerQuestions.DoAsync(Trainer, operation, cancellation);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _settings.Operations.Clear(this);
        if (Interlocked.Exchange(ref _stopping, 1) == 0)
        {
            await LeaveAsync().ConfigureAwait(false);
        }

        await _provider.DisposeAsync().ConfigureAwait(false);
        _certificate?.Dispose();
        if (_ingest is not null)
        {
            await _ingest.DisposeAsync().ConfigureAwait(false);
        }
    }

    private IActorRef Trainer => _provider.GetRequiredService<IActorRegistry>().Get<ClusterWiring.TrainerProxy>();

    private async Task StepDownAsync()
    {
        if (Interlocked.Exchange(ref _stopping, 1) != 0)
        {
            return;
        }

        try
        {
            await LeaveInOrderAsync().ConfigureAwait(false);
            Fail(new SteppedDownException());
        }
#pragma warning disable CA1031 // Whatever it is: Completion says it.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            Fail(reason);
        }
    }

    private async Task LeaveInOrderAsync()
    {
        if (_provider.GetRequiredService<IActorRegistry>().TryGet<ClusterWiring.IngestNode>(out var node))
        {
            // One that does not answer in time is ended by the system's end; the broker notices after the session timeout.
            Task leaving = node.Ask<IngestStopped>(StopIngest.Instance, IngestStopTimeout);
            await leaving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await LeaveAsync().ConfigureAwait(false);
    }

    // Leaving is a coordinated shutdown: the hand-over of the singleton is one of its phases.
    private async Task LeaveAsync()
    {
        foreach (var service in _provider.GetServices<IHostedService>())
        {
            await service.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task JoinAsync(ClusterOptions options, CancellationToken cancellation)
    {
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            foreach (var service in _provider.GetServices<IHostedService>())
            {
                await service.StartAsync(cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new ClusterException(
                $"The node cannot be started at {options.Hostname}:{options.Port} (cluster:hostname, cluster:port): {e.GetBaseException().Message} Each node of a machine needs a port of its own, such as --set cluster:port=4054, and an address of this machine.", e);
        }

        var system = _provider.GetRequiredService<ActorSystem>();
        var cluster = Akka.Cluster.Cluster.Get(system);
        cluster.RegisterOnMemberUp(() => up.TrySetResult());
        _ = EndWithAsync(system);
        try
        {
            await (await Task.WhenAny(up.Task, _completion.Task).WaitAsync(options.JoinTimeout, _settings.Clock, cancellation).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new ClusterException(
                $"{NodeAddress.Of(cluster.SelfAddress)} could not join the cluster {options.SystemName} within {options.JoinTimeout.TotalSeconds:0} s (cluster:joinTimeout): none of {options.SeedNodes} (cluster:seedNodes) let it in. "
                + "Start the first of them first: only it begins a cluster by itself, and only under the address that stands in the list. Look whether it runs under this cluster:systemName, and whether its port can be reached from here.", e);
        }
    }

    private async Task EndWithAsync(ActorSystem system)
    {
        await system.WhenTerminated.ConfigureAwait(false);
        GivenUp();
    }

    private void GivenUp()
    {
        if (Volatile.Read(ref _stopping) == 0)
        {
            Fail(new ClusterException(
                "The other nodes have removed this one from the cluster, or it has removed itself: it was cut off, or paused for too long, and stood on the smaller side (topology/decisions/0004). It ends; started again, it joins again, and goes on where the checkpoints and the trainer's offsets are."));
        }
    }

    private static string IdentityOf(PipelineOptions options, PipelineRunSettings settings)
    {
        // Also the probe of the two guarantees that a shared directory must give.
        var store = CheckpointStore.Open(DurableLineage.DirectoryOf(options), settings.CheckpointFiles, settings.Clock);
        return DirectoryIdentity.Of(store.Root, settings.CheckpointFiles);
    }

    private void Fail(Exception reason) => _completion.TrySetException(reason);
}
