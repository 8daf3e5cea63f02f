using System.Text;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Pairs;
using StreamingContrastive.Augmentation.Text;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Records;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Ingest;

/// <summary>Chunks of records of several parts.</summary>
public sealed class PartRowsTests
{
    private static readonly InputOptions Input = new()
    {
        Parts =
        [
            new PartOptions { Name = "picture", Payload = new PayloadOptions { Height = 4, Width = 4 } },
            new PartOptions { Name = "caption", Kind = PartKind.Text, Text = new TextOptions { Tokens = 2 }, HardNegatives = 1 },
        ],
    };

    /// <summary>A refused record leaves its bytes in the row that the next one takes: red without clearing rows first.</summary>
    [Fact]
    public void Build_RefusedRecordsInBetween_RowsAreThoseOfTheOthers()
    {
        var chunk = Build(Input, Record(10, Pixels(1), "one"), Record(11, Pixels(2), " . "), Record(12, null, "two"));

        chunk.Chunk.Pairs.Select(p => (p.Offset, p.Label)).ShouldBe([(10, 3), (12, 3)]);
        chunk.Chunk.RowBytes.ShouldBe(new RowSizes(28, 40, 28));
        chunk.Chunk.Clean[..4].ToArray().ShouldBe([3, 0, 0, 0]);
        chunk.Chunk.Clean[4..20].ToArray().ShouldBe(Pixels(1));
        chunk.Chunk.Clean[28..48].ToArray().ShouldBe([2, 0, 0, 0, .. new byte[16]]);
        chunk.Chunk.Key.Length.ShouldBe(80);
        chunk.Rejected.ShouldHaveSingleItem().Rejection.ErrorType.ShouldBe("NoWords");
        chunk.Chunk.ReturnBuffers();
    }

    [Fact]
    public void Build_LabelHeader_ComesBeforeTheRecordsOwn() =>
        Build(Input, Record(10, Pixels(1), "one") with { Headers = [new RecordHeader("label", "7"u8.ToArray())] }).Chunk.Pairs.Single().Label.ShouldBe(7);

    [Fact]
    public void Build_PartMissingUnderDeadLetter_IsRefused() =>
        Build(Input with { OnMissingPart = MissingPartPolicy.DeadLetter }, Record(10, null, "one")).Rejected.Single().Rejection.ErrorType.ShouldBe("MissingPart");

    [Fact]
    public void Build_HeadersHardNegativeOf_ReferBehindWhatTheValueNames()
    {
        static RecordHeader Of(byte[]? key) => new(HeaderNames.HardNegativeOf, key);
        var input = Input with { References = 3 };
        var named = RecordCodec.Encode(new MultiPartRecord { Parts = [new("picture", "", Pixels(1))], HardNegatives = [new() { RecordKey = "a"u8.ToArray() }] });
        var chunk = Build(input, new SourceRecord(10, -1, null, named, [Of("b"u8.ToArray()), Of(null), Of("c"u8.ToArray()), Of("d"u8.ToArray())]), Record(11, Pixels(2), "one")).Chunk;

        byte[] Ids(int row) => chunk.Key.Slice((row * input.Layout.KeyBytes) + input.Layout.ReferencesOffset, 28).ToArray();
        Ids(0).ShouldBe([3, 0, 0, 0, .. new[] { "a", "b", "c" }.SelectMany(k => BitConverter.GetBytes(RecordIdentity.RecordId(Encoding.UTF8.GetBytes(k))))]);
        Ids(1).ShouldBe(new byte[28]);
        chunk.ReturnBuffers();
    }

    [Fact]
    public void Build_UnknownPartsIgnored_AreCountedForRecordsThatAreTaken()
    {
        var input = Input with { Parts = [Input.Parts[0]], UnknownParts = UnknownPartPolicy.Ignore };

        var chunk = Build(input, Record(10, Pixels(1), "one"), Record(11, null, "two"), Record(12, Pixels(2), "three"));

        chunk.Chunk.Pairs.Select(p => p.Offset).ShouldBe([10, 12]);
        chunk.Rejected.ShouldHaveSingleItem().Rejection.ErrorType.ShouldBe("NoPart");
        chunk.IgnoredParts.ShouldBe(2);
        chunk.Chunk.ReturnBuffers();
    }

    /// <summary>Seen to fail with one list for all records: both pairs then had the second text.</summary>
    [Fact]
    public void Build_SomebodyLooks_EachPairHasTheTextsOfItsRecord()
    {
        var chunk = Build(Input, excerpts: 3, Record(10, Pixels(1), "first"), Record(11, Pixels(2), " . "), Record(12, null, "two"));

        chunk.Chunk.Pairs.Select(p => p.Excerpts![1]).ShouldBe(["fir…", "two"]);
        Build(Input, Record(10, Pixels(1), "first")).Chunk.Pairs.Single().Excerpts.ShouldBeNull("nobody looks");
    }

    private static PairsConstructed Build(InputOptions input, params SourceRecord[] records) => Build(input, excerpts: 0, records);

    private static PairsConstructed Build(InputOptions input, int excerpts, params SourceRecord[] records) =>
        new PairChunkBuilder(RowConstructors.Of(input, new AugmentationOptions(), excerpts), input, seed: 1).Build(new RecordChunk(
            new PartitionId("records", 2), 10, 20, 1, new AssignmentEpoch(Guid.Empty, 1), records, default));

    private static SourceRecord Record(long offset, byte[]? pixels, string caption)
    {
        List<NamedPart> parts = [new("caption", "", Encoding.UTF8.GetBytes(caption))];
        if (pixels is not null)
        {
            parts.Insert(0, new NamedPart("picture", "", pixels));
        }

        return new SourceRecord(offset, -1, [(byte)offset], RecordCodec.Encode(new MultiPartRecord { Parts = parts, Label = 3 }), []);
    }

    private static byte[] Pixels(int first) => [.. Enumerable.Range(0, 16).Select(i => (byte)((i * 3) + first))];
}
