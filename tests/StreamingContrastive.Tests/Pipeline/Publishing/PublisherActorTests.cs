using Akka.Actor;
using Akka.Hosting;
using Akka.Hosting.TestKit;
using StreamingContrastive.Pipeline.Publishing;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Publishing;

public sealed class PublisherActorTests : TestKit
{
    private readonly List<TaskCompletionSource> _produced = [];

    protected override void ConfigureAkka(AkkaConfigurationBuilder builder, IServiceProvider provider)
    {
    }

    [Fact]
    public async Task OnPublishOutputs_AnotherUnderWay_WaitsForItsAcknowledgement()
    {
        var publisher = Sys.ActorOf(PublisherActor.Props(Produce, CancellationToken.None));

        publisher.Tell(new PublishOutputs(1, [Message()]));
        publisher.Tell(new PublishOutputs(2, [Message(), Message()]));

        await AwaitConditionAsync(() => Task.FromResult(Count() == 1));
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
        Complete(0);
        (await ExpectMsgAsync<OutputsPublished>()).ShouldBe(new OutputsPublished(1, 1));
        await AwaitConditionAsync(() => Task.FromResult(Count() == 2));
        Complete(1);
        (await ExpectMsgAsync<OutputsPublished>()).ShouldBe(new OutputsPublished(2, 2));
    }

    [Fact]
    public async Task OnProduceFailed_OthersWait_ReportsItAndPublishesNothingPastTheHole()
    {
        var publisher = Sys.ActorOf(PublisherActor.Props(Produce, CancellationToken.None));
        publisher.Tell(new PublishOutputs(1, [Message()]));
        publisher.Tell(new PublishOutputs(2, [Message()]));
        await AwaitConditionAsync(() => Task.FromResult(Count() == 1));

        lock (_produced)
        {
            _produced[0].SetException(new InvalidOperationException("broker said no"));
        }

        (await ExpectMsgAsync<PublishFailed>()).Reason.Message.ShouldContain("broker said no");
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
        Count().ShouldBe(1);
    }

    private Task Produce(IReadOnlyList<OutputRecord> records, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource();
        lock (_produced)
        {
            _produced.Add(done);
        }

        return done.Task;
    }

    private int Count()
    {
        lock (_produced)
        {
            return _produced.Count;
        }
    }

    private void Complete(int index)
    {
        lock (_produced)
        {
            _produced[index].SetResult();
        }
    }

    private static OutputRecord Message() => new("t", [1], [1], [], -1);
}
