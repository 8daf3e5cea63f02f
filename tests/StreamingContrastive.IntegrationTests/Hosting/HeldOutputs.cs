using Akka.Actor;
using StreamingContrastive.Pipeline.Publishing;

namespace StreamingContrastive.IntegrationTests.Hosting;

/// <summary>A consumer of outputs that takes nothing until it is let go: requests wait here, and are counted.</summary>
internal sealed class HeldOutputs(IActorRef publisher, HeldOutputs.Gauge gauge) : UntypedActor, IWithStash
{
    public IStash Stash { get; set; } = null!;

    public static Props Props(IActorRef publisher, Gauge gauge) => Akka.Actor.Props.Create(() => new HeldOutputs(publisher, gauge));

    protected override void PreStart()
    {
        var self = Self;
        gauge.LetGo = () => self.Tell(new Released());
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case PublishOutputs request:
                gauge.Add(request.Records.Count);
                Stash.Stash();
                break;
            case Released:
                Become(m => publisher.Forward(m));
                Stash.UnstashAll();
                break;
        }
    }

    internal sealed class Gauge
    {
        private long _waiting;

        public long Waiting => Interlocked.Read(ref _waiting);

        public Action LetGo { get; set; } = () => { };

        public void Add(int records) => Interlocked.Add(ref _waiting, records);
    }

    private sealed record Released;
}
