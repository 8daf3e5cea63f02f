using System.Collections.Concurrent;
using Akka.Actor;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Publishing;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.IntegrationTests.Hosting;

/// <summary>What passes between two actors, for a test to look at from outside.</summary>
internal sealed class RoadLog
{
    private long _records;
    private long _beats;

    /// <summary>Records of the chunks that went to the trainer.</summary>
    public long Records => Interlocked.Read(ref _records);

    /// <summary>Empty ranges that went to the trainer.</summary>
    public long Beats => Interlocked.Read(ref _beats);

    /// <summary>Called with every chunk, on the road's own thread.</summary>
    public Action<ChunkReady> OnChunk { get; set; } = _ => { };

    public ConcurrentQueue<object> Seen { get; } = new();

    public void Note(object message)
    {
        if (message is not ChunkReady ready)
        {
            Seen.Enqueue(message);
            return;
        }

        Interlocked.Add(ref _records, ready.Chunk.RecordCount);
        Interlocked.Add(ref _beats, ready.Chunk.From == ready.Chunk.To ? 1 : 0);
        OnChunk(ready);
    }
}

/// <summary>
/// Stands between two actors that know each other only through it, as a network does, and loses, doubles or reorders what its faults say.
/// <paramref name="far"/> is the end that is known at the start (trainer, publisher); the near one is whoever writes first.
/// </summary>
internal sealed class RoadActor(IActorRef far, IReadOnlyList<RoadFault> faults, RoadLog log) : UntypedActor
{
    private readonly Dictionary<bool, object> _held = [];
    private IActorRef _near = ActorRefs.Nobody;

    public static Props Props(IActorRef far, IReadOnlyList<RoadFault> faults, RoadLog log) => Akka.Actor.Props.Create(() => new RoadActor(far, faults, log));

    protected override void OnReceive(object message)
    {
        var outbound = message is RegisterIngest or ChunkReady or GapFound or PublishOutputs;
        if (message is RegisterIngest or PublishOutputs)
        {
            _near = Sender;
        }

        switch (faults.FirstOrDefault(f => f.Hits(message))?.Kind)
        {
            case FaultKind.Drop:
                (message as ChunkReady)?.Chunk.ReturnBuffers();
                return;
            case FaultKind.Repeat:
                Deliver(RoadFault.Copy(message), outbound);
                break;
            case FaultKind.Reorder when _held.TryAdd(outbound, message):
                return;
        }

        Deliver(message, outbound);
        if (_held.Remove(outbound, out var held))
        {
            Deliver(held, outbound);
        }
    }

    private void Deliver(object message, bool outbound)
    {
        log.Note(message);
        (outbound ? far : _near).Tell(message);
    }
}
