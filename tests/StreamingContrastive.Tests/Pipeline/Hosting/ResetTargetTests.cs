using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Kafka.Topics;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Tests.Pipeline.Checkpoints;

namespace StreamingContrastive.Tests.Pipeline.Hosting;

public sealed class ResetTargetTests
{
    private static readonly PartitionId P0 = new("records", 0);
    private static readonly PartitionId P1 = new("records", 1);
    private static readonly OffsetOrigin Origin = new("b:1", "cluster", new Dictionary<string, string>(), new Dictionary<PartitionId, OffsetRange> { [P0] = new(20, 200), [P1] = new(0, 50) });

    [Fact]
    public void Parse_EveryForm_IsTold()
    {
        ResetTarget.Parse("earliest").ShouldBe(new ResetTarget.Earliest());
        ResetTarget.Parse("latest").ShouldBe(new ResetTarget.Latest());
        ResetTarget.Parse("1200").ShouldBe(new ResetTarget.Offset(1200));
        ResetTarget.Parse("0000000001-000000000200-2").ShouldBe(new ResetTarget.Checkpoint(new CheckpointName(1, 200, 2)));
        var noon = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
        ResetTarget.Parse("2026-01-31T12:00:00Z").ShouldBe(new ResetTarget.Time(noon));
        ResetTarget.Parse("2026-01-31 12:00").ShouldBe(new ResetTarget.Time(noon));
        ((ResetTarget.Time)ResetTarget.Parse("2026-01-31T13:00:00+01:00")!).Value.UtcDateTime.ShouldBe(noon.UtcDateTime);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-5")]
    [InlineData("yesterday")]
    [InlineData("1-2")]
    [InlineData("2026-13-45")]
    public void Parse_AnythingElse_IsNone(string text) => ResetTarget.Parse(text).ShouldBeNull();

    [Fact]
    public void Compute_AllPartitions_TakesTheInputsOwn()
    {
        Compute(new ResetTarget.Earliest()).ShouldBe(new() { [P0] = 20, [P1] = 0 });
        Compute(new ResetTarget.Latest()).ShouldBe(new() { [P0] = 200, [P1] = 50 });
        Compute(new ResetTarget.Offset(50)).ShouldBe(new() { [P0] = 50, [P1] = 50 });
        Compute(new ResetTarget.Time(default)).ShouldBe(new() { [P0] = 33, [P1] = 44 });
    }

    [Fact]
    public void Compute_OnePartition_LeavesTheOthers() =>
        Compute(new ResetTarget.Offset(5), only: 1).ShouldBe(new() { [P0] = 100, [P1] = 5 });

    [Fact]
    public void Compute_OffsetThatIsNotHeld_NamesThePartitionAndItsRange() =>
        Should.Throw<ResetException>(() => Compute(new ResetTarget.Offset(10))).Message.ShouldContain("records[0] holds [20, 200), so it cannot go to offset 10");

    [Fact]
    public void Compute_NoSuchPartition_SaysHowManyThereAre() =>
        Should.Throw<ResetException>(() => Compute(new ResetTarget.Earliest(), only: 7)).Message.ShouldContain("has no partition 7: it has 2");

    [Fact]
    public void Compute_OnePartitionOfAnotherCluster_IsRefused() =>
        Should.Throw<ResetException>(() => ResetOffsets.Compute(Manifest(), Origin with { ClusterId = "other" }, new ResetTarget.Earliest(), 0, new Dictionary<PartitionId, long>()))
            .Message.ShouldContain("Leave out --partition");

    [Theory]
    [InlineData(-60, true)]
    [InlineData(60, false)] // The id was given to another process since.
    [InlineData(null, false)]
    public void Find_ProcessOfTheEpoch_IsTheSameOnlyIfItStartedBefore(int? startedSecondsAfter, bool atWork)
    {
        var epoch = new EpochRecord
        {
            FormatVersion = 1,
            Epoch = 1,
            Parent = null,
            Host = Environment.MachineName,
            ProcessId = 4711,
            CreatedAt = CheckpointScenario.Time.GetUtcNow(),
            LearningRateScale = 1,
            Attempt = 0,
            ModelVersionFloor = 0,
        };

        TrainerAtWork.Find(epoch, _ => epoch.CreatedAt.AddSeconds(startedSecondsAfter ?? 0) is var start && startedSecondsAfter is null ? null : start).ShouldBe(atWork);
        TrainerAtWork.Find(epoch with { Host = "elsewhere" }, _ => epoch.CreatedAt).ShouldBeNull();
    }

    [Fact]
    public void StartOfProcess_OwnAndNone_AreTold()
    {
        TrainerAtWork.StartOfProcess(Environment.ProcessId)!.Value.ShouldBeLessThan(TimeProvider.System.GetUtcNow());
        TrainerAtWork.StartOfProcess(int.MaxValue).ShouldBeNull();
    }

    private static Dictionary<PartitionId, long> Compute(ResetTarget target, int? only = null) =>
        ResetOffsets.Compute(Manifest(), Origin, target, only, new Dictionary<PartitionId, long> { [P0] = 33, [P1] = 44 });

    private static CheckpointManifest Manifest()
    {
        var store = CheckpointScenario.Open(new InMemoryDisk());
        store.CommitStep(store.Start().Epoch, 10);
        return store.List()[0].Manifest!;
    }
}
