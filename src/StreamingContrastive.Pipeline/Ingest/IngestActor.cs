using Akka.Actor;
using Akka.Streams;
using StreamingContrastive.Pipeline.Cluster;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Telemetry;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Pipeline.Ingest;

/// <summary>What an ingest is made of; plain values and factories, so that tests put their own in.</summary>
/// <param name="OpenSource">Opens the consumer once the offset table is there.</param>
/// <param name="Augmentation">Props of one augmentation worker.</param>
/// <param name="Workers">How many.</param>
/// <param name="Letters">Bad input.</param>
/// <param name="Telemetry">Told of chunks.</param>
/// <param name="Fail">Ends the pipeline with a reason.</param>
internal sealed record IngestParts(
    Func<OffsetTable, IRecordSource> OpenSource, Props Augmentation, int Workers, DeadLetterStage Letters, PipelineTelemetry Telemetry, Action<Exception> Fail)
{
    /// <summary>The node that it is on; empty in one process.</summary>
    public string Node { get; init; } = "";

    /// <summary>Fingerprint of its pipeline; empty in one process.</summary>
    public string Configuration { get; init; } = "";
}

/// <summary>
/// Owns the consumer, the augmentation pool and the stream between them. Follows the trainer: subscribes only with its offset
/// table, sends only under its credits, rewinds when told to. Never decides about offsets. Registers once a second for as long as it
/// lives: a table, a credit or a registration that was lost, and a trainer that took over, cost that second.
/// WaitingForOffsets --OffsetTable--> Running --StopIngest--> Stopping --source closed--> stopped
/// </summary>
internal sealed class IngestActor : UntypedActor, IWithTimers
{
    private sealed record Register : INoSerializationVerificationNeeded, INotInfluenceReceiveTimeout
    {
        public static readonly Register Instance = new();
    }

    private static readonly TimeSpan RegisterEvery = TimeSpan.FromSeconds(1);

    private readonly IActorRef _trainer;
    private readonly IngestParts _parts;
    private readonly Guid _id = Guid.NewGuid();

    private IRecordSource? _source;
    private CreditGate? _gate;
    private long _lineageEpoch;
    private IActorRef? _stopRequester;

    public IngestActor(IActorRef trainer, IngestParts parts) => (_trainer, _parts) = (trainer, parts);

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef trainer, IngestParts parts) => Akka.Actor.Props.Create(() => new IngestActor(trainer, parts));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Register:
                OnRegister();
                break;
            case OffsetTable table:
                OnOffsetTable(table);
                Become(Running);
                break;
            case IngestRefused refused:
                OnRefused(refused);
                break;
            case StopIngest:
                Sender.Tell(IngestStopped.Instance);
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Register), Register.Instance, TimeSpan.Zero, RegisterEvery);

    protected override void PostStop() => _ = _source?.StopAsync();

    private void Running(object message)
    {
        switch (message)
        {
            case Register:
                OnRegister();
                break;
            case CreditGranted grant when grant.Ingest == _id:
                _gate!.Grant(grant.LineageEpoch, grant.CumulativeRecords);
                break;
            case CreditGranted:
                break;
            case RewindPartition rewind:
                _source!.Rewind(rewind.Partition, rewind.Next, rewind.LineageEpoch, rewind.CausedBy);
                break;
            case OffsetTable table when table.LineageEpoch > _lineageEpoch:
                _gate!.Reset(table.LineageEpoch);
                _lineageEpoch = table.LineageEpoch;
                _source!.Adopt(table);
                break;
            case OffsetTable:
                break;
            case CommitOffsets commit:
                _source!.Commit(commit.Table);
                break;
            case IngestRefused refused:
                OnRefused(refused);
                break;
            case StopIngest:
                _stopRequester = Sender;
                _ = _source!.StopAsync();
                break;
            case IngestEnded ended:
                OnIngestEnded(ended);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnRegister() => _trainer.Tell(new RegisterIngest(Sent()) { Node = _parts.Node, Configuration = _parts.Configuration, Positions = _source?.Positions ?? [] });

    private void OnRefused(IngestRefused refused)
    {
        if (refused.Ingest == _id)
        {
            _parts.Fail(new ClusterException(refused.Reason));
        }
    }

    private void OnOffsetTable(OffsetTable table)
    {
        _lineageEpoch = table.LineageEpoch;
        _gate = new CreditGate(table.LineageEpoch);
        _source = _parts.OpenSource(table);
        var augmenters = Context.ActorOf(_parts.Augmentation.WithRouter(new Akka.Routing.RoundRobinPool(_parts.Workers)), "augmentation");
        var flow = new IngestFlow(augmenters, _parts.Letters, _gate, Sent, _parts.Telemetry).Run(_source, _parts.Workers, _trainer, Context.Materializer());
        Ended(flow, _source.Completion).PipeTo(Self, success: () => new IngestEnded(null), failure: exception => new IngestEnded(exception));
    }

    /// <summary>Also called by the stream: the gate is set before it runs, and counts for any thread.</summary>
    private SentRecords Sent()
    {
        var (epoch, records) = _gate?.Passed ?? default;
        return new SentRecords(_id, epoch, records);
    }

    // The stream waits for credit when the consumer leaves, so the source's end, not the stream's, is the end of an orderly stop;
    // whichever of the two fails first is the reason of a failure.
    private static async Task Ended(Task flow, Task source)
    {
        await (await Task.WhenAny(flow, source).ConfigureAwait(false)).ConfigureAwait(false);
        await source.ConfigureAwait(false);
    }

    private void OnIngestEnded(IngestEnded ended)
    {
        if (_stopRequester is null)
        {
            _parts.Fail(ended.Reason ?? new InvalidOperationException("The consumer ended without being asked to."));
            return;
        }

        _stopRequester.Tell(IngestStopped.Instance);
        Context.Stop(Self);
    }
}
