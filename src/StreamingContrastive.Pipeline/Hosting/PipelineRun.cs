using Akka.Actor;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Cluster;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Operations;
using StreamingContrastive.Pipeline.Telemetry;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Pipeline.Hosting;

/// <summary>
/// A running pipeline: from <see cref="StartAsync"/> to <see cref="Completion"/>. Completion fails with the first thing that could
/// not be handled in place; whoever hosts the run then ends the process, and its supervisor starts the next one.
/// </summary>
public sealed class PipelineRun : IPipelineOperations, IAsyncDisposable
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PipelineResources _resources;
    private readonly ActorSystem _system;
    private readonly IActorRef _supervisor;

    private PipelineRun(PipelineResources resources)
    {
        _resources = resources;
        _system = ActorSystem.Create("streaming-contrastive", ClusterConfiguration.OneNode);
        _supervisor = _system.ActorOf(
            PipelineSupervisor.Props(resources.Publisher, p => resources.Trainer(p, Fail, () => _completion.TrySetResult(), Trip), resources.Ingest(Fail), Fail),
            "pipeline");
        resources.Operations.Show(this);
    }

    /// <summary>Progress, replaced after every step.</summary>
    public ProgressBoard Progress => _resources.Progress;

    /// <summary>The model's configuration, for a comparison with the same trainer outside of the pipeline.</summary>
    public TrainerConfiguration TrainerConfiguration => _resources.TrainerConfiguration;

    /// <summary>
    /// Ends when a bounded run is durable and published or after <see cref="StopAsync"/>; fails with what ended the run. After a
    /// <see cref="GuardTrippedException"/> dispose of this run and start another: it goes on at an older checkpoint.
    /// </summary>
    public Task Completion => _completion.Task;

    /// <summary>Connects, restores the newest checkpoint of the lineage, begins an epoch and starts the actors.</summary>
    /// <exception cref="Kafka.Topics.BrokerUnavailableException">No broker answered within kafka:connectTimeout.</exception>
    /// <exception cref="Checkpoints.CheckpointException">The checkpoint directory holds nothing that may be started from.</exception>
    public static async Task<PipelineRun> StartAsync(PipelineOptions options, PipelineRunSettings settings, CancellationToken cancellation)
    {
        var resources = await PipelineResources.OpenAsync(options, settings, cancellation).ConfigureAwait(false);
        return new PipelineRun(resources);
    }

    /// <summary>Leaves the group, discards what no step has taken, checkpoints and publishes. Nothing is lost: it is read again.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        if (!_completion.Task.IsCompleted)
        {
            var stopped = _supervisor.Ask<PipelineStopped>(StopPipeline.Instance, Timeout.InfiniteTimeSpan, cancellation);
            await (await Task.WhenAny(stopped, _completion.Task).ConfigureAwait(false)).ConfigureAwait(false);
        }

        await _completion.Task.ConfigureAwait(false);
    }

    /// <summary>Runs work on the trainer's thread between two steps, while the pipeline stands still.</summary>
    public async Task RunBetweenStepsAsync(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _supervisor.Tell(new RunBetweenSteps(work, done));
        await (await Task.WhenAny(done.Task, _completion.Task).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<PipelineStatus> StatusAsync(CancellationToken cancellation) => new("", [], await TrainerQuestions.DescribeAsync(_supervisor, cancellation).ConfigureAwait(false));

    /// <inheritdoc />
    public Task<OperationResult> DoAsync(PipelineOperation operation, CancellationToken cancellation) => operation == PipelineOperation.StepDown
        ? Task.FromResult(new OperationResult(IsDone: false, "One process does everything here: there is no standby to hand over to. Ctrl-C drains it."))
        : TrainerQuestions.DoAsync(_supervisor, operation, cancellation);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _resources.Operations.Clear(this);
        await _system.Terminate().ConfigureAwait(false);
        await _resources.DisposeAsync().ConfigureAwait(false);
    }

    private void Fail(Exception reason) => _completion.TrySetException(reason);

    // Whoever hosts the run may start it again as soon as it has ended, so the epoch to go on from is durable by then.
    private void Trip(GuardTrip trip) => _ = Task.Run(async () =>
    {
        try
        {
            Fail(await _resources.BranchAsync(trip).ConfigureAwait(false));
        }
#pragma warning disable CA1031 // Whatever keeps the branch from being made is the end of the run, and Completion says it.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            Fail(reason);
        }
    });
}
