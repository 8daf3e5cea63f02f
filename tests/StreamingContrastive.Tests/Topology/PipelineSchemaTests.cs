using System.Text.Json;
using NJsonSchema;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Tests.Host.Configuration;

namespace StreamingContrastive.Tests.Topology;

public sealed class PipelineSchemaTests
{
    public static TheoryData<string> PipelineFileNames => [.. Directory.EnumerateFiles(RepositoryFiles.Pipelines, "*.json")
        .Select(f => Path.GetFileName(f)).Where(n => n != "pipeline.schema.json").Order(StringComparer.Ordinal)];

    [Fact]
    public void Generate_FromOptionTypes_EqualsTheCheckedInSchema() =>
        File.ReadAllText(RepositoryFiles.Schema).ShouldBe(
            PipelineSchema.Generate(),
            "The options changed. Run: streaming-contrastive describe --schema > topology/pipelines/pipeline.schema.json");

    [Theory]
    [MemberData(nameof(PipelineFileNames))]
    public async Task Validate_BundledPipeline_FindsNothing(string name)
    {
        var schema = await JsonSchema.FromJsonAsync(PipelineSchema.Generate());

        var errors = schema.Validate(WithoutComments(Path.Combine(RepositoryFiles.Pipelines, name)));

        errors.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(PipelineFileNames))]
    public void Load_BundledPipeline_IsValidAndNamedAsItsFile(string name)
    {
        var loaded = PipelineConfiguration.Load(
            new ConfigurationRequest(Path.Combine(RepositoryFiles.Pipelines, name), new Dictionary<string, string>(), []),
            PipelineFiles.OfThisProcess());

        loaded.Options.Name.ShouldBe(Path.GetFileNameWithoutExtension(name));
    }

    [Theory]
    [InlineData("""{ "training": { "batchsiz": 2 } }""")]
    [InlineData("""{ "traning": {} }""")]
    [InlineData("""{ "training": { "batchSize": 1 } }""")]
    [InlineData("""{ "training": { "batchSize": 2.5 } }""")]
    [InlineData("""{ "training": { "optimizer": "adagrad" } }""")]
    [InlineData("""{ "training": { "device": "tpu" } }""")]
    [InlineData("""{ "checkpoint": { "every": "10" } }""")]
    [InlineData("""{ "name": "Capital" }""")]
    [InlineData("""{ "input": { "payload": { "channels": 2 } } }""")]
    [InlineData("""{ "input": { "parts": { "name": "a" } } }""")]
    [InlineData("""{ "input": { "parts": [ { "nam": "a" } ] } }""")]
    [InlineData("""{ "input": { "parts": [ { "name": "a", "text": { "tokens": 0 } } ] } }""")]
    public async Task Validate_WhatTheLoaderRefuses_FindsAnError(string json)
    {
        var schema = await JsonSchema.FromJsonAsync(PipelineSchema.Generate());

        schema.Validate(json).ShouldNotBeEmpty();
        Should.Throw<ConfigurationException>(() => ConfigurationFixture.LoadJson(json));
    }

    [Fact]
    public async Task Validate_EffectiveConfigurationOfTheDefaults_FindsNothing()
    {
        var schema = await JsonSchema.FromJsonAsync(PipelineSchema.Generate());

        schema.Validate(EffectiveConfiguration.ToJson(new PipelineOptions())).ShouldBeEmpty();
    }

    [Fact]
    public async Task Validate_PipelineWithParts_FindsNothing()
    {
        var schema = await JsonSchema.FromJsonAsync(PipelineSchema.Generate());
        var options = ConfigurationFixture.LoadSets("objective:plan=crossModal", "input:parts:0:name=a", "input:parts:1:name=b", "input:parts:1:kind=text", "input:parts:1:encoder=true");

        schema.Validate(EffectiveConfiguration.ToJson(options)).ShouldBeEmpty();
    }

    private static string WithoutComments(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        return JsonSerializer.Serialize(document.RootElement);
    }
}
