using System.Collections.Immutable;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Ingest;

public sealed class PartitionReadingsTests
{
    private static readonly Guid Source = new("00000000-0000-0000-0000-000000000001");
    private static readonly PartitionId Known = new("records", 0);
    private static readonly PartitionId Unknown = new("records", 1);
    private readonly PartitionReadings _readings = new(Source, Table(5, (Known, 100)));

    [Fact]
    public void Assign_PartitionOfTheTable_StartsThere()
    {
        var reading = _readings.Assign(Known);

        (reading.Start, reading.LineageEpoch).ShouldBe((100, 5));
        _readings.IsCurrent(Known, reading.Assignment).ShouldBeTrue();
    }

    [Fact]
    public void Assign_UnknownPartition_HasNoStart() => _readings.Assign(Unknown).Start.ShouldBeNull();

    [Fact]
    public void Release_Held_MakesItsWorkStale()
    {
        var reading = _readings.Assign(Known);

        _readings.Release(Known);

        _readings.IsCurrent(Known, reading.Assignment).ShouldBeFalse();
        _readings.Current.ShouldBeEmpty();
    }

    [Fact]
    public void Rewind_CausedByThePresentReading_BeginsANewOne()
    {
        var before = _readings.Assign(Known);

        var after = _readings.Rewind(Known, 120, 5, before.Assignment).ShouldNotBeNull();

        after.Start.ShouldBe(120);
        _readings.IsCurrent(Known, before.Assignment).ShouldBeFalse();
        _readings.IsCurrent(Known, after.Assignment).ShouldBeTrue();
    }

    [Fact]
    public void Rewind_SecondOfTheSameReading_IsIgnored()
    {
        var before = _readings.Assign(Known);
        var after = _readings.Rewind(Known, 120, 5, before.Assignment)!;

        _readings.Rewind(Known, 120, 5, before.Assignment).ShouldBeNull();

        _readings.IsCurrent(Known, after.Assignment).ShouldBeTrue();
    }

    [Fact]
    public void Rewind_OfAnotherSourcesChunk_OnlyTeachesTheTable()
    {
        var held = _readings.Assign(Known);

        _readings.Rewind(Known, 300, 5, new AssignmentEpoch(Guid.NewGuid(), 99)).ShouldBeNull();

        _readings.IsCurrent(Known, held.Assignment).ShouldBeTrue();
        _readings.Table.Next[Known].ShouldBe(300);
    }

    [Fact]
    public void Rewind_NotHeld_IsAnsweredAtTheNextAssignment()
    {
        var before = _readings.Assign(Known);
        _readings.Release(Known);

        _readings.Rewind(Known, 150, 5, before.Assignment).ShouldBeNull();

        _readings.Assign(Known).Start.ShouldBe(150);
    }

    [Fact]
    public void Rewind_OfAnOlderTrainer_ChangesNothing()
    {
        var held = _readings.Assign(Known);

        _readings.Rewind(Known, 7, 4, held.Assignment).ShouldBeNull();

        _readings.Table.Next[Known].ShouldBe(100);
        _readings.IsCurrent(Known, held.Assignment).ShouldBeTrue();
    }

    [Fact]
    public void Rewind_OfANewerTrainer_AppliesAndLeavesTheTableToAdopt()
    {
        var held = _readings.Assign(Known);

        var after = _readings.Rewind(Known, 90, 6, held.Assignment).ShouldNotBeNull();

        (after.Start, after.LineageEpoch).ShouldBe((90, 6));
        _readings.Table.LineageEpoch.ShouldBe(5);
    }

    [Fact]
    public void Adopt_NewerTable_BeginsEveryPartitionAgain()
    {
        var held = _readings.Assign(Known);
        _readings.Assign(Unknown);

        var begun = _readings.Adopt(Table(6, (Known, 40)));

        begun.Select(reading => (reading.Partition, reading.Start, reading.LineageEpoch)).ShouldBe([(Known, 40L, 6L), (Unknown, null, 6L)], ignoreOrder: true);
        _readings.IsCurrent(Known, held.Assignment).ShouldBeFalse();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    public void Adopt_TableThatIsNotNewer_ChangesNothing(long epoch)
    {
        var held = _readings.Assign(Known);

        _readings.Adopt(Table(epoch, (Known, 1))).ShouldBeEmpty();

        _readings.IsCurrent(Known, held.Assignment).ShouldBeTrue();
        _readings.Table.Next[Known].ShouldBe(100);
    }

    [Fact]
    public void Refresh_SameEpoch_AnswersLaterAssignmentsAndKeepsReadings()
    {
        var held = _readings.Assign(Known);

        _readings.Refresh(Table(5, (Unknown, 70))).ShouldBeTrue();
        _readings.Refresh(Table(6, (Unknown, 80))).ShouldBeFalse();

        _readings.Assign(Unknown).Start.ShouldBe(70);
        _readings.Table.Next[Known].ShouldBe(100);
        _readings.IsCurrent(Known, held.Assignment).ShouldBeTrue();
    }

    private static OffsetTable Table(long epoch, params (PartitionId Partition, long Next)[] next) =>
        new(epoch, next.ToImmutableDictionary(entry => entry.Partition, entry => entry.Next));
}
