using Akka.Actor;
using Akka.Configuration;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Telemetry;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.IntegrationTests.Hosting;

/// <summary>The pipeline's own actors, made from its own parts, with a road between every two of them.</summary>
internal sealed class WiredPipeline : IAsyncDisposable
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PipelineResources _resources;
    private readonly ActorSystem _system;

    private WiredPipeline(PipelineResources resources, IReadOnlyList<RoadFault> faults, Func<IActorRef, Props>? publisherRoad)
    {
        _resources = resources;
        _system = ActorSystem.Create("wired", ConfigurationFactory.ParseString("""
            akka { stdout-loglevel = off, loglevel = WARNING, log-dead-letters = off, coordinated-shutdown { exit-clr = off, run-by-clr-shutdown-hook = off } }
            trainer-dispatcher { type = PinnedDispatcher }
            """));
        _system.ActorOf(Guardian.Props(Fail, context => Build(context, faults, publisherRoad)));
    }

    private void Build(IActorRefFactory actors, IReadOnlyList<RoadFault> faults, Func<IActorRef, Props>? publisherRoad)
    {
        var publisher = actors.ActorOf(_resources.Publisher);
        var outputs = actors.ActorOf(publisherRoad?.Invoke(publisher) ?? RoadActor.Props(publisher, faults, Outputs));
        var trainer = actors.ActorOf(TrainerActor.Props(_resources.Trainer(outputs, Fail, () => _completion.TrySetResult(), trip => Fail(new InvalidOperationException($"A guard tripped: {trip}")))));
        var road = actors.ActorOf(RoadActor.Props(trainer, faults, Road));
        var parts = _resources.Ingest(Fail);
        actors.ActorOf(IngestActor.Props(road, parts with { OpenSource = table => Source = (RecordSource)parts.OpenSource(table) }));
    }

    /// <summary>Between ingest and trainer.</summary>
    public RoadLog Road { get; } = new();

    /// <summary>Between trainer and publisher.</summary>
    public RoadLog Outputs { get; } = new();

    public RecordSource? Source { get; private set; }

    public PipelineProgress Progress => _resources.Progress.Current;

    public Task Completion => _completion.Task;

    public static async Task<WiredPipeline> StartAsync(
        PipelineHarness harness, long? stopAfter, IReadOnlyList<RoadFault> faults, Func<IActorRef, Props>? publisherRoad = null) =>
        new(await PipelineResources.OpenAsync(harness.Options, harness.Settings(stopAfter), CancellationToken.None), faults, publisherRoad);

    /// <summary>Ends it as a kill does: nothing is drained.</summary>
    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        await _resources.DisposeAsync();
    }

    private void Fail(Exception reason) => _completion.TrySetException(reason);

    /// <summary>Ends the pipeline at the first exception, as its supervisor does.</summary>
    private sealed class Guardian(Action<Exception> fail, Action<IActorRefFactory> build) : UntypedActor
    {
        public static Props Props(Action<Exception> fail, Action<IActorRefFactory> build) => Akka.Actor.Props.Create(() => new Guardian(fail, build));

        protected override void PreStart() => build(Context);

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(exception =>
        {
            fail(exception);
            return Directive.Stop;
        });

        protected override void OnReceive(object message) => Unhandled(message);
    }
}
