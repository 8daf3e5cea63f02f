using System.Text;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Pairs;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Ingest;

public sealed class PairChunkBuilderTests
{
    private static readonly InputOptions Input = new() { Payload = new PayloadOptions { Height = 4, Width = 4 } };

    [Fact]
    public void Build_GoodRecords_RowsAreInOffsetOrderWithTheirIdentity()
    {
        var built = Build(Input, Record(10, "a", label: "3"), Record(12, "b"), Record(13, "a"));

        var chunk = built.Chunk;
        chunk.Pairs.Select(p => p.Offset).ShouldBe([10, 12, 13]);
        chunk.Pairs.Select(p => p.Label).ShouldBe([3, -1, -1]);
        chunk.Pairs[0].RecordId.ShouldBe(chunk.Pairs[2].RecordId);
        chunk.Pairs[0].RecordId.ShouldNotBe(chunk.Pairs[1].RecordId);
        chunk.Clean[16..32].ToArray().ShouldBe(Pixels(12));
        chunk.RecordCount.ShouldBe(3);
        built.Rejected.ShouldBeEmpty();
        chunk.ReturnBuffers();
    }

    [Fact]
    public void Build_BadRecordsInBetween_AreToldApartAndNothingElseIsLost()
    {
        var built = Build(
            Input,
            Record(10, "a"),
            Record(11, "b") with { Value = null },
            Record(12, "c") with { Value = [] },
            Record(13, null) with { Value = null },
            Record(14, "d", label: "x"),
            Record(15, "e"));

        built.Chunk.Pairs.Select(p => p.Offset).ShouldBe([10, 15]);
        built.Chunk.Clean[16..32].ToArray().ShouldBe(Pixels(15));
        built.Chunk.Tombstones.Select(t => t.Offset).ShouldBe([11]);
        built.Chunk.DeadLetterOffsets.ShouldBe([12, 13, 14]);
        built.Rejected.Select(r => r.Rejection.ErrorType).ShouldBe(["EmptyValue", "TombstoneWithoutKey", "BadLabel"]);
        built.Chunk.RecordCount.ShouldBe(6);
        built.Chunk.ReturnBuffers();
    }

    [Theory]
    [InlineData(NullKeyPolicy.Position, 1, 0)]
    [InlineData(NullKeyPolicy.DeadLetter, 0, 1)]
    public void Build_NullKey_FollowsThePolicy(NullKeyPolicy policy, int pairs, int rejected)
    {
        var built = Build(Input with { NullKey = policy }, Record(10, null));

        built.Chunk.Pairs.Count.ShouldBe(pairs);
        built.Rejected.Count.ShouldBe(rejected);
        built.Chunk.ReturnBuffers();
    }

    [Fact]
    public void Build_SameRecordTwice_ViewsAreTheSameBytes()
    {
        var first = Build(Input, Record(10, "a")).Chunk;
        var second = Build(Input, Record(10, "a")).Chunk;

        second.Query.ToArray().ShouldBe(first.Query.ToArray());
        second.Key.ToArray().ShouldBe(first.Key.ToArray());
        first.ReturnBuffers();
        second.ReturnBuffers();
    }

    /// <summary>
    /// A record that no code expected: thrown on, it would end the pipeline, and every start would meet it again. Seen red without the
    /// catch in PairChunkBuilder.Construct.
    /// </summary>
    [Fact]
    public void Build_AugmentationThrows_RejectsTheRecordWithStageAugmentAndGoesOn()
    {
        var other = new PayloadOptions { Height = 5, Width = 5 }; // A constructor of another shape throws at every row that it is given.
        var built = new PairChunkBuilder(new PairConstructor(other, new AugmentationOptions()), Input, seed: 1).Build(new RecordChunk(
            new PartitionId("records", 2), 10, 20, 1, new AssignmentEpoch(Guid.Empty, 1), [Record(10, "a"), Record(11, "b") with { Value = null }], default));

        built.Chunk.DeadLetterOffsets.ShouldBe([10]);
        built.Chunk.Tombstones.Count.ShouldBe(1);
        var rejection = built.Rejected.ShouldHaveSingleItem().Rejection;
        (rejection.Stage, rejection.ErrorType).ShouldBe(("augment", "ArgumentException"));
        rejection.Message.ShouldContain("5x5");
        built.Chunk.ReturnBuffers();
    }

    [Theory]
    [InlineData("boot", "\"boot\"")]
    [InlineData("\u001b[2J", "0x1B5B324A")]
    public void Build_LabelThatIsNone_IsShownSafely(string label, string shown) =>
        Build(Input, Record(10, "a", label)).Rejected.ShouldHaveSingleItem().Rejection.Message.ShouldContain($"holds {shown};");

    private static PairsConstructed Build(InputOptions input, params SourceRecord[] records) =>
        new PairChunkBuilder(new PairConstructor(input.Payload, new AugmentationOptions()), input, seed: 1).Build(new RecordChunk(
            new PartitionId("records", 2), 10, 20, 1, new AssignmentEpoch(Guid.Empty, 1), records, default));

    private static SourceRecord Record(long offset, string? key, string? label = null) => new(
        offset,
        -1,
        key is null ? null : Encoding.UTF8.GetBytes(key),
        Pixels(offset),
        label is null ? [] : [new RecordHeader("label", Encoding.UTF8.GetBytes(label))]);

    private static byte[] Pixels(long offset) => [.. Enumerable.Range(0, 16).Select(i => (byte)((i * 16) + offset))];
}
