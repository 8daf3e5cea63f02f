using StreamingContrastive.Augmentation;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Pipeline.Configuration;
using static StreamingContrastive.Tests.Host.Configuration.ConfigurationFixture;

namespace StreamingContrastive.Tests.Host.Configuration;

/// <summary>Lists of options records, and the rules of the one list there is: input:parts.</summary>
public sealed class PartOptionsTests
{
    private const string Two = """
        { "objective": { "plan": "crossModal" }, "input": { "format": "json", "parts": [
            { "name": "picture", "payload": { "format": "image", "height": 32, "width": 32, "channels": 3 }, "hardNegatives": 2 },
            { "name": "caption", "kind": "text", "optional": true, "text": { "tokens": 16 }, "encoder": { "width": 32 } }
        ] } }
        """;

    [Fact]
    public void Load_TwoParts_BindInOrderWithTheirDefaults()
    {
        var input = LoadJson(Two).Input;

        input.Parts.Select(p => (p.Name, p.Kind, p.Optional, p.HardNegatives)).ShouldBe([("picture", PartKind.Picture, false, 2), ("caption", PartKind.Text, true, 0)]);
        input.Parts[0].Payload.ShouldBe(new PayloadOptions { Format = PayloadFormat.Image, Height = 32, Width = 32, Channels = 3 });
        (input.Parts[0].Encoder, input.Parts[1].Augmentation).ShouldBe((null, null));
        input.Parts[1].Encoder!.Width.ShouldBe(32);
        input.Layout.Sizes.ShouldBe(new RowSizes(3140, 3140 + 4 + (2 * 3072), 3140));
        new InputOptions().Layout.IsBare.ShouldBeTrue();
    }

    [Fact]
    public void Load_SetAndEnvironment_ReachElementsByNumber()
    {
        var environment = new Dictionary<string, string> { ["STREAMING_CONTRASTIVE__INPUT__PARTS__1__TEXT__TOKENS"] = "20" };

        var parts = LoadJson(Two, environment, "input:parts:0:optional=true", "input.parts.1.encoder=false", "input:parts:1:name=other").Input.Parts;

        (parts.Count, parts[0].Optional, parts[1].Text.Tokens, parts[1].Encoder, parts[1].Name).ShouldBe((2, true, 20, null, "other"));
    }

    [Fact]
    public void ToJson_WithParts_ReadsBackTheSame()
    {
        var json = EffectiveConfiguration.ToJson(LoadJson(Two));

        EffectiveConfiguration.ToJson(LoadJson(json)).ShouldBe(json);
        json.ShouldContain("\"name\": \"caption\"");
        EffectiveConfiguration.ToJson(new PipelineOptions()).ShouldContain("\"parts\": []");
    }

    [Theory]
    [InlineData("""{ "input": { "parts": [ { "name": "a", "nam": "b" } ] } }""", "input:parts:0:nam (test.json, line 1) is unknown. Did you mean name?")]
    [InlineData("""{ "input": { "parts": { "name": "a" } } }""", "input:parts (test.json, line 1) is a list of up to 32 objects")]
    [InlineData("""{ "input": { "parts": [ "a" ] } }""", "is a list of up to 32 objects")]
    [InlineData("""{ "objective": { "plan": "crossModal" }, "input": { "parts": [ { "name": "a" }, { } ] } }""", "input:parts:1:name = ")]
    [InlineData("""{ "input": { "parts": [ { "name": "a/b" } ] } }""", "a text that matches")]
    [InlineData("""{ "input": { "parts": [ { "name": "a", "kind": "sound" } ] } }""", "Allowed: one of picture, text.")]
    [InlineData("""{ "input": { "unknownParts": "ignore" } }""", "only records of input:parts have parts that could be skipped")]
    [InlineData("""{ "input": { "unknownParts": "skip", "parts": [ { "name": "a" } ] } }""", "input:unknownParts = \"skip\" (test.json, line 1) is not allowed. Allowed: one of refuse, ignore.")]
    [InlineData("""{ "input": { "parts": [ { "name": "a", "payload": { "height": 1 } } ] } }""", "input:parts:0:payload:height = 1 (test.json, line 1) is not allowed")]
    [InlineData("""{ "objective": { "plan": "crossModal" }, "input": { "parts": [ { "name": "a" }, { "name": "a" } ] } }""", "is the name of input:parts:0 too")]
    [InlineData("""{ "input": { "parts": [ { "name": "label" } ] } }""", "is a field that every JSON record may have")]
    [InlineData("""{ "input": { "parts": [ { "name": "a", "payload": { "format": "json" } } ] } }""", "a part is raw or image")]
    [InlineData("""{ "input": { "parts": [ { "name": "a", "kind": "text", "text": { "shortestNgram": 4, "longestNgram": 3 } } ] } }""", "input:parts:0:text:shortestNgram is 4")]
    [InlineData("""{ "input": { "parts": [ { "name": "a", "augmentation": { "cropMinArea": 0.9, "cropMaxArea": 0.5 } } ] } }""", "input:parts:0:augmentation:cropMinArea is 0.9")]
    [InlineData("""{ "input": { "parts": [ { "name": "a", "augmentation": { "workers": 2 } } ] } }""", "Set augmentation:workers instead")]
    [InlineData("""{ "objective": { "plan": "crossModal" }, "input": { "parts": [ { "name": "a" }, { "name": "b", "encoder": { "projectionDimension": 64 } } ] } }""", "parts that live in one space have one dimension")]
    [InlineData("""{ "input": { "parts": [ { "name": "a", "encoder": { "stem": "standard" } } ] } }""", "reduces a picture 32 times")]
    [InlineData("""{ "input": { "parts": [ { "name": "a" }, { "name": "b" } ] } }""", "objective:plan = twoViews contrasts the views of one part, but input:parts has 2: a, b.")]
    [InlineData("""{ "objective": { "plan": "crossModal" } }""", "but a record is one part")]
    [InlineData("""{ "input": { "parts": [ { "name": "a", "kind": "text", "encoder": { "text": { "architecture": "transformer", "dimension": 30, "heads": 4 } } } ] } }""", "input:parts:0: encoder:text:heads = 4 does not divide")]
    [InlineData("""{ "encoder": { "text": { "architecture": "transformer", "dimension": 10, "heads": 4 } }, "input": { "parts": [ { "name": "a", "kind": "text" } ] } }""", "encoder:text:heads = 4 does not divide encoder:text:dimension = 10")]
    [InlineData("""{ "objective": { "policies": { "hardNegatives": {} } }, "input": { "parts": [ { "name": "a" } ] } }""", "objective:policies:hardNegatives has nothing to act on")]
    [InlineData("""{ "objective": { "policies": { "hardNegatives": {} } }, "input": { "references": 2 } }""", "input:references = 2, but a record is one picture")]
    [InlineData("""{ "input": { "references": 2, "parts": [ { "name": "a" } ] } }""", "input:references = 2 has no effect")]
    [InlineData("""{ "objective": { "policies": { "hardNegatives": { "alone": true } } }, "input": { "references": 2, "parts": [ { "name": "a" } ] } }""", "input:references = 2 has no effect")]
    public void Load_WrongParts_SaysWhatAndWhere(string json, string expected) =>
        ProblemsOf(() => LoadJson(json)).Single().ShouldContain(expected);

    [Theory]
    [InlineData("""{ "objective": { "policies": { "hardNegatives": {} } }, "input": { "references": 2, "parts": [ { "name": "a" } ] } }""")]
    [InlineData("""{ "objective": { "policies": { "hardNegatives": { "alone": true } } }, "input": { "parts": [ { "name": "a", "hardNegatives": 1 } ] } }""")]
    [InlineData("""{ "input": { "parts": [ { "name": "a", "hardNegatives": 1 } ] } }""")]
    public void Load_HardNegativesThatCount_IsAllowed(string json) => LoadJson(json).Input.Parts.Count.ShouldBe(1);

    [Theory]
    [InlineData("input:parts=x", "is a list of up to 32 objects")]
    [InlineData("input:parts:0=x", "input:parts:0 (--set) is a section, not a value")]
    [InlineData("input:parts:32:name=x", "is a list of up to 32 objects")]
    [InlineData("input:parts:picture:name=x", "is a list of up to 32 objects")]
    [InlineData("input:parts:1:name=x", "input:parts:1 (--set) is given and input:parts:0 is not")]
    public void Load_WrongElement_SaysHowElementsAreNumbered(string set, string expected) =>
        ProblemsOf(() => LoadSets(set))[0].ShouldContain(expected);
}
