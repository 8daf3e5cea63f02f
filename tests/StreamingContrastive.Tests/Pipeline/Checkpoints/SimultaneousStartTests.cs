using StreamingContrastive.Pipeline.Checkpoints;
using static StreamingContrastive.Tests.Pipeline.Checkpoints.CheckpointScenario;

namespace StreamingContrastive.Tests.Pipeline.Checkpoints;

/// <summary>
/// Two trainers that start in one directory at the same moment: the higher claim goes on, the lower one is stopped before it can commit,
/// and neither takes anything from the other. Every interleaving in which one start runs whole between two calls of the other.
/// Seen red without the claim (one file, written after the directory was read): both committed.
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
