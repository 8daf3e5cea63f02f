using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Pairs;
using StreamingContrastive.Augmentation.Parts;
using StreamingContrastive.Augmentation.Text;
using StreamingContrastive.Contracts.Records;
using StreamingContrastive.Contracts.Rows;

namespace StreamingContrastive.Tests.Augmentation.Parts;

public sealed class RecordConstructorTests
{
    private static readonly PayloadOptions Payload = new() { Height = 5, Width = 5 };
    private static readonly AugmentationOptions Views = new();
    private static readonly TextOptions Text = new() { Tokens = 8, MaskProbability = 0.5 };
    private static readonly RecordPlace Place = new(Seed: 3, TopicHash: 4, Partition: 1, Offset: 77, Pass: 0);
    private static readonly byte[] Pixels = [.. Enumerable.Range(0, 25).Select(i => (byte)(i * 10))];

    [Fact]
    public void TryConstruct_PictureAndText_RowIsPresencePixelsAndTokens()
    {
        var rows = Build(Plan(), Record(Picture(Pixels), Caption("big red heart")));

        rows.Rejection.ShouldBeNull();
        BinaryPrimitives.ReadUInt32LittleEndian(rows.Clean).ShouldBe(3u);
        rows.Clean[4..29].ShouldBe(Pixels);
        rows.Clean[29..32].ShouldBe(new byte[3]);
        MemoryMarshal.Cast<byte, int>(rows.Clean.AsSpan(32)).ToArray().ShouldBe(Tokens("big red heart"));
        rows.Query[4..29].ShouldNotBe(Pixels);
        rows.Query[4..29].ShouldNotBe(rows.Key[4..29]);
    }

    /// <summary>A pipeline that is one picture keeps its bytes when it is written with parts: golden is the constructor that it had.</summary>
    [Fact]
    public void TryConstruct_OnePicturePart_HasTheBytesOfThePairConstructor()
    {
        var plan = Plan() with { Parts = [Plan().Parts[0]] };
        var rows = Build(plan, Record(Picture(Pixels)));
        var (query, key, clean) = (new byte[25], new byte[25], new byte[25]);
        new PairConstructor(Payload, Views).TryConstruct(Pixels, 3, 4, 1, 77, 0, query, key, clean, out _).ShouldBeTrue();

        (rows.Query, rows.Key, rows.Clean).ShouldSatisfyAllConditions(
            r => r.Query.ShouldBe(query), r => r.Key.ShouldBe(key), r => r.Clean.ShouldBe(clean));
    }

    /// <summary>Red with one view number for all parts: both pictures then had the same crop.</summary>
    [Fact]
    public void TryConstruct_TheSamePictureTwice_EachPartHasViewsOfItsOwn()
    {
        var plan = Plan() with { Parts = [Plan().Parts[0], Plan().Parts[0] with { Row = RowPart.Picture("other", 5, 5, 1) }] };
        var rows = Build(plan, Record(Picture(Pixels), new NamedPart("other", "", Pixels)));

        rows.Clean[32..57].ShouldBe(Pixels);
        rows.Query[32..57].ShouldNotBe(rows.Query[4..29]);
        rows.Key[32..57].ShouldNotBe(rows.Key[4..29]);
    }

    [Fact]
    public void TryConstruct_APartMissing_IsZerosAndItsBit()
    {
        var rows = Build(Plan(), Record(Caption("heart")));

        rows.Rejection.ShouldBeNull();
        foreach (var row in new[] { rows.Query, rows.Key, rows.Clean })
        {
            row[..4].ShouldBe([2, 0, 0, 0]);
            row[4..32].ShouldBe(new byte[28]);
        }
    }

    [Fact]
    public void TryConstruct_APartMissing_FollowsThePolicy()
    {
        var strict = Plan() with { RefusesMissing = true };

        Build(strict, Record(Caption("heart"))).Rejection.ShouldNotBeNull().ShouldSatisfyAllConditions(
            r => (r.Stage, r.ErrorType).ShouldBe(("validate", "MissingPart")), r => r.Message.ShouldContain("Part \"picture\" is missing"));
        Build(strict, Record(Picture(Pixels))).Rejection.ShouldBeNull("the caption is optional");
        Build(Plan(), Record() with { Label = 1 }).Rejection!.ErrorType.ShouldBe("NoPart");
    }

    [Fact]
    public void TryConstruct_HardNegatives_FillTheirPlacesAndNoMore()
    {
        var plan = Plan(hardNegatives: 2, references: 2) with { };
        plan = plan with { Parts = [plan.Parts[0], plan.Parts[1] with { Text = Text with { MaskProbability = 0 } }] };
        var record = Record(Picture(Pixels), Caption("two red hearts")) with
        {
            HardNegatives = [Other(Caption("three red hearts")), Named("a"), Other(Picture(Pixels), Caption("two blue hearts")), Other(Caption("no hearts")), Named("b"), Named("c")],
        };

        var (layout, rows) = (plan.Layout(), Build(plan, record));

        rows.Rejection.ShouldBeNull();
        Number(rows.Key, layout.NegativesOffsetOf(1)).ShouldBe(2);
        TokensAt(rows.Key, layout.NegativeSlotOf(1, 0)).ShouldBe(Tokens("three red hearts"));
        TokensAt(rows.Key, layout.NegativeSlotOf(1, 1)).ShouldBe(Tokens("two blue hearts"));
        Number(rows.Key, layout.ReferencesOffset).ShouldBe(2);
        MemoryMarshal.Read<long>(rows.Key.AsSpan(layout.ReferencesOffset + 4)).ShouldBe(RecordIdentity.RecordId("a"u8));
        MemoryMarshal.Read<long>(rows.Key.AsSpan(layout.ReferencesOffset + 12)).ShouldBe(RecordIdentity.RecordId("b"u8));
        rows.Query.Length.ShouldBe(layout.QueryBytes);
    }

    [Fact]
    public void TryConstruct_HardNegativesThatNobodyTakes_AreNotLookedAt() =>
        Build(Plan(), Record(Picture(Pixels)) with { HardNegatives = [Other(new NamedPart("caption", "", new byte[] { 0xFF })), Named("a")] }).Rejection.ShouldBeNull();

    [Theory]
    [InlineData("unknown", "UnknownPart", "Part \"pictur\" is unknown; the parts of this pipeline are picture, caption")]
    [InlineData("twice", "PartTwice", "Part \"caption\" is there twice")]
    [InlineData("media", "WrongMediaType", "Part \"picture\" has the media type \"text/plain\"; allowed here is application/octet-stream")]
    [InlineData("charset", "WrongMediaType", "Part \"caption\" has the media type \"text/plain; charset=utf-16\"")]
    [InlineData("short", "WrongLength", "Part \"picture\": The value has 24 bytes")]
    [InlineData("utf8", "BadUtf8", "Part \"caption\": ")]
    [InlineData("wordless", "NoWords", "Part \"caption\": ")]
    [InlineData("empty", "EmptyText", "Part \"caption\": ")]
    [InlineData("negative", "BadUtf8", "Part \"caption\": hard negative 0: ")]
    [InlineData("nothing", "BadRecord", "A hard negative has no part")]
    public void TryConstruct_WrongRecords_AreRefusedByASentenceThatNamesThePart(string what, string type, string message)
    {
        var wrong = what switch
        {
            "unknown" => Record(new NamedPart("pictur", "", Pixels)),
            "twice" => Record(Caption("a"), Caption("b")),
            "media" => Record(new NamedPart("picture", "text/plain", Pixels)),
            "charset" => Record(new NamedPart("caption", "text/plain; charset=utf-16", "a"u8.ToArray())),
            "short" => Record(Picture(Pixels[1..])),
            "utf8" => Record(new NamedPart("caption", "text/plain", new byte[] { (byte)'a', 0xC3 })),
            "wordless" => Record(Caption(" ... ")),
            "empty" => Record(Caption("")),
            "negative" => Record(Caption("a")) with { HardNegatives = [Other(new NamedPart("caption", "", new byte[] { 0xFF }))] },
            _ => Record(Caption("a")) with { HardNegatives = [Other()] },
        };

        Build(Plan(hardNegatives: 1), wrong).Rejection.ShouldNotBeNull().ShouldSatisfyAllConditions(
            r => r.ErrorType.ShouldBe(type), r => r.Message.ShouldContain(message));
    }

    [Fact]
    public void TryConstruct_ATextOfOneMegabyte_IsARowOfTheSameSize()
    {
        var plan = Plan() with { MaxRecordBytes = 2 * 1024 * 1024 };
        var text = string.Concat(Enumerable.Repeat("heart ", 1024 * 1024 / 6));

        var rows = Build(plan, Record(Caption(text)));

        rows.Rejection.ShouldBeNull();
        rows.Query.Length.ShouldBe(64);
        Build(plan with { MaxRecordBytes = 1024 }, Record(Caption(text))).Rejection!.Message.ShouldContain("input:maxRecordBytes allows 1024");
    }

    [Fact]
    public void TryConstruct_LabelOfTheRecord_IsHandedOut() => Build(Plan(), Record(Caption("a")) with { Label = 7 }).Label.ShouldBe(7);

    [Fact]
    public void Excerpts_OfTheRecordMadeLast_AreHowItsTextsBegin()
    {
        var constructor = new RecordConstructor(Plan() with { ExcerptCharacters = 5 });

        Construct(constructor, Record(Picture(Pixels), Caption("big red heart")));
        constructor.Excerpts.ShouldBe([null, "big r…"]);
        Construct(constructor, Record(Picture(Pixels)));
        constructor.Excerpts.ShouldBe([null, null], "the text of the record before is not this one's");
    }

    [Fact]
    public void Excerpts_NobodyAsked_AreNone()
    {
        var constructor = new RecordConstructor(Plan());

        Construct(constructor, Record(Caption("big red heart")));

        constructor.Excerpts.ShouldBeNull();
    }

    private static void Construct(RecordConstructor constructor, MultiPartRecord record) =>
        constructor.TryConstruct(RecordCodec.Encode(record), Place, new byte[64], new byte[64], new byte[64], out _, out _).ShouldBeTrue();

    private static RecordPlan Plan(int hardNegatives = 0, int references = 0) => new(
        [
            new PartPlan(RowPart.Picture("picture", 5, 5, 1), IsOptional: false, Payload, Views, Text),
            new PartPlan(RowPart.Text("caption", 8, hardNegatives), IsOptional: true, Payload, Views, Text),
        ],
        IsJson: false, MaxRecordBytes: 2000, RefusesMissing: false, references);

    private static MultiPartRecord Record(params NamedPart[] parts) => new() { Parts = parts };

    private static NamedPart Picture(byte[] pixels) => new("picture", "application/octet-stream", pixels);

    private static NamedPart Caption(string text) => new("caption", "text/plain", Encoding.UTF8.GetBytes(text));

    private static RecordNegative Other(params NamedPart[] parts) => new() { Inline = parts };

    private static RecordNegative Named(string key) => new() { RecordKey = Encoding.UTF8.GetBytes(key) };

    private static int Number(byte[] row, int at) => (int)BinaryPrimitives.ReadUInt32LittleEndian(row.AsSpan(at));

    private static int[] TokensAt(byte[] row, int at) => MemoryMarshal.Cast<byte, int>(row.AsSpan(at, 32)).ToArray();

    private static int[] Tokens(string text)
    {
        var tokens = new int[8];
        new TextTokenizer(Text).TryTokenize(Encoding.UTF8.GetBytes(text), tokens, out _).ShouldBeTrue();
        return tokens;
    }

    private static Rows Build(RecordPlan plan, MultiPartRecord record) => RowsOf.Build(plan, RecordCodec.Encode(record), Place);
}
