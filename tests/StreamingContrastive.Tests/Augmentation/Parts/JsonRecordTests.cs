using System.Text;
using StreamingContrastive.Augmentation.Pairs;
using StreamingContrastive.Augmentation.Parts;
using StreamingContrastive.Contracts.Records;

namespace StreamingContrastive.Tests.Augmentation.Parts;

public sealed class JsonRecordTests
{
    private static readonly RecordPlan Json = RowsOf.PictureAndCaption with { IsJson = true, References = 1 };
    private static readonly RecordPlace Place = new(1, 2, 3, 4, 0);
    private static readonly byte[] Pixels = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];

    /// <summary>The protobuf form is the reference: the same record gives the same rows.</summary>
    [Fact]
    public void TryConstruct_BothForms_GiveTheSameRows()
    {
        var json = Rows($$"""
            { "caption": "Größe \"two\" \u0032", "picture": "{{Convert.ToBase64String(Pixels)}}", "label": 5,
              "hardNegatives": [ { "caption": "three" }, { "recordKey": "other" } ] }
            """);
        var record = new MultiPartRecord
        {
            Parts = [new("picture", "", Pixels), new("caption", "", Encoding.UTF8.GetBytes("Größe \"two\" 2"))],
            Label = 5,
            HardNegatives = [new() { Inline = [new("caption", "", "three"u8.ToArray())] }, new() { RecordKey = "other"u8.ToArray() }],
        };
        var protobuf = RowsOf.Build(Json with { IsJson = false }, RecordCodec.Encode(record), Place);

        json.Rejection.ShouldBeNull();
        json.Query.ShouldBe(protobuf.Query);
        json.Key.ShouldBe(protobuf.Key);
        json.Clean.ShouldBe(protobuf.Clean);
        json.Label.ShouldBe(5);
    }

    [Theory]
    [InlineData("""{ "caption": "a" }""")]
    [InlineData("""{ "picture": null, "caption": "a", "label": null }""")]
    public void TryConstruct_NullOrNoField_IsAPartMissing(string json) => Rows(json).Clean[..4].ShouldBe([2, 0, 0, 0]);

    [Theory]
    [InlineData("[]", "BadJson", "must be an object with a field a part")]
    [InlineData("""{ "caption": "a" """, "BadJson", "not valid JSON")]
    [InlineData("""{ "caption": "a" } x""", "BadJson", "not valid JSON")]
    [InlineData("""{ "captoin": "a" }""", "UnknownPart", "Part \"captoin\" is unknown; the parts of this pipeline are picture, caption")]
    [InlineData("""{ "caption": "a", "caption": "b" }""", "PartTwice", "Part \"caption\" is there twice")]
    [InlineData("""{ "caption": 7 }""", "BadField", "Part \"caption\" is a JSON Number; it must be a string, the text")]
    [InlineData("""{ "picture": "?" }""", "BadField", "that is not base64 of a picture")]
    [InlineData("""{ "picture": "AAAA" }""", "WrongLength", "Part \"picture\": The value has 3 bytes")]
    [InlineData("""{ "caption": "a", "label": -1 }""", "BadField", "\"label\" is Number")]
    [InlineData("""{ "caption": "a", "hardNegatives": {} }""", "BadField", "must be a list of objects")]
    [InlineData("""{ "caption": "a", "hardNegatives": [ 1 ] }""", "BadField", "holds a Number at place 0")]
    [InlineData("""{ "caption": "a", "hardNegatives": [ { "captoin": "b" } ] }""", "UnknownPart", "captoin")]
    [InlineData("""{ "caption": "a", "hardNegatives": [ { "caption": "b", "recordKey": "c" } ] }""", "BadField", "either carried or named")]
    [InlineData("""{ "caption": "a", "hardNegatives": [ { } ] }""", "BadRecord", "has no part")]
    [InlineData("""{ "caption": "\ud800" }""", "BadJson", "not valid JSON")]
    public void TryConstruct_WrongJson_IsRefused(string json, string type, string message) =>
        Rows(json).Rejection.ShouldNotBeNull().ShouldSatisfyAllConditions(r => r.ErrorType.ShouldBe(type), r => r.Message.ShouldContain(message));

    private static Rows Rows(string json) => RowsOf.Build(Json, Encoding.UTF8.GetBytes(json), Place);
}
