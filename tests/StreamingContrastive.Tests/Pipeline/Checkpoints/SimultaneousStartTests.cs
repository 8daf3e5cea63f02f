using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Tests.Pipeline.Kafka.Output.Transactions;
using static StreamingContrastive.Tests.Pipeline.Checkpoints.CheckpointScenario;

namespace StreamingContrastive.Tests.Pipeline.Checkpoints;

/// <summary>
/// Two trainers that start in one directory at the same moment: the higher claim goes on, the lower one is stopped before it can commit,
/// and neither takes anything from the other. Every interleaving in which one start runs whole between two calls of the other.
/// Seen red without the claim: both take one number, and the start of the second fails.
/// </summary>
public sealed class SimultaneousStartTests
{
    [Fact]
    public void StartLineage_AnotherBetweenAnyTwoCalls_ExactlyOneGoesOn()
    {
        var calls = CallsOfAStart();
        calls.ShouldBeGreaterThan(8);
        for (var at = 1; at <= calls; at++)
        {
            var disk = Prepared();
            var (mine, other) = (Open(disk), Open(disk));
            EpochRecord? second = null;
            var done = 0;
            disk.Done = _ =>
            {
                if (++done == at)
                {
                    disk.Done = null;
                    second = other.Start().Epoch;
                }
            };
            var first = mine.Start().Epoch;
            second.ShouldNotBeNull($"after call {at}");

            var goesOn = new[] { (Store: mine, Epoch: first), (Store: other, Epoch: second) }.Where(t => Commits(t.Store, t.Epoch)).ToList();

            goesOn.Count.ShouldBe(1, $"after call {at}");
            goesOn[0].Epoch.Epoch.ShouldBe(Math.Max(first.Epoch, second.Epoch));
            (first.Parent, second.Parent).ShouldBe((new CheckpointName(1, 10), new CheckpointName(1, 10)));
            Open(disk).Start().Loaded!.Name.ShouldBe(new CheckpointName(goesOn[0].Epoch.Epoch, 20));
        }
    }

    /// <summary>
    /// With a transactional.id there are two fences, taken one after the other. Two trainers that take them in opposite order both stop: the
    /// one that lost the directory cannot commit, the one that lost the id cannot publish. No third way exists in which both go on, and the
    /// next start goes on from what is durable.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void StartLineage_WithATransactionalId_NeverLetsBothGoOn(bool oppositeOrder)
    {
        var (disk, log) = (Prepared(), new TransactionalLog());
        var (a, b) = (Open(disk), Open(disk));
        var idOfA = log.Init("id");
        var idOfB = log.Init("id");
        EpochRecord epochOfA, epochOfB;
        if (oppositeOrder)
        {
            epochOfB = b.Start().Epoch;
            epochOfA = a.Start().Epoch;
        }
        else
        {
            epochOfA = a.Start().Epoch;
            epochOfB = b.Start().Epoch;
        }

        (Commits(a, epochOfA), Publishes(log, idOfA)).ShouldBe((oppositeOrder, false));
        (Commits(b, epochOfB), Publishes(log, idOfB)).ShouldBe((!oppositeOrder, true));

        var next = Open(disk).Start();
        (next.Loaded!.Manifest.Step, Publishes(log, log.Init("id"))).ShouldBe((20, true));
    }

    private static bool Publishes(TransactionalLog log, int producerEpoch)
    {
        try
        {
            log.Append("id", producerEpoch, new OutputRecord("t", [0], [1], [], -1));
            log.End("id", producerEpoch, commit: true);
            return true;
        }
        catch (FencedException)
        {
            return false;
        }
    }

    private static bool Commits(CheckpointStore store, EpochRecord epoch)
    {
        try
        {
            store.CommitStep(epoch, 20, epoch.Parent);
            return true;
        }
        catch (LineageFencedException)
        {
            return false;
        }
    }

    private static InMemoryDisk Prepared()
    {
        var disk = new InMemoryDisk();
        var store = Open(disk);
        store.CommitStep(store.Start().Epoch, 10);
        return disk;
    }

    private static int CallsOfAStart()
    {
        var disk = Prepared();
        var store = Open(disk);
        var calls = 0;
        disk.Done = _ => calls++;
        store.Start();
        return calls;
    }
}
