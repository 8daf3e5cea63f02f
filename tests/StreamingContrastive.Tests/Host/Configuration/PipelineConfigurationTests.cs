using StreamingContrastive.Augmentation;
using StreamingContrastive.Host.Configuration;
using static StreamingContrastive.Tests.Host.Configuration.ConfigurationFixture;

namespace StreamingContrastive.Tests.Host.Configuration;

public sealed class PipelineConfigurationTests
{
    [Fact]
    public void Load_NoSource_GivesTheDefaults() => EffectiveConfiguration.ToJson(LoadSets()).ShouldBe(EffectiveConfiguration.ToJson(new()));

    [Fact]
    public void Load_AllSources_StrongerReplacesWeakerKeyByKey()
    {
        const string Json = """{ "training": { "batchSize": 64, "momentum": 0.5, "warmupSteps": 7 } }""";
        var environment = new Dictionary<string, string>
        {
            ["STREAMING_CONTRASTIVE__TRAINING__BATCHSIZE"] = "65",
            ["STREAMING_CONTRASTIVE__TRAINING__MOMENTUM"] = "0.6",
            ["UNRELATED"] = "1",
        };

        var training = LoadJson(Json, environment, "training:batchSize=66").Training;

        (training.BatchSize, training.Momentum, training.WarmupSteps, training.LearningRate).ShouldBe((66, 0.6, 7, 0.002));
    }

    [Fact]
    public void Load_FileWithCommentsTrailingCommasAndSchema_Binds()
    {
        var options = LoadJson("""
            // a comment
            {
              "$schema": "./pipeline.schema.json", /* another */
              "Name": "abc",
              "INPUT": { "payload": { "format": "IMAGE", "channels": 3, }, "groupId": null },
              "encoder": { "architecture": "SmallResNet", },
              "checkpoint": { "every": "1.5m" },
            }
            """);

        options.Name.ShouldBe("abc");
        options.Input.Payload.Format.ShouldBe(PayloadFormat.Image);
        options.Input.GroupId.ShouldBeNull();
        options.Encoder.Architecture.ShouldBe(StreamingContrastive.Learning.Encoders.Architecture.SmallResNet);
        options.Checkpoint.Every.ShouldBe(TimeSpan.FromSeconds(90));
    }

    [Theory]
    [InlineData("kafka:client:security.protocol=SSL")]
    [InlineData("kafka.client.security.protocol=SSL")]
    [InlineData("Kafka:Client.security.protocol=SSL")]
    public void Load_DictionaryEntryWithDots_KeepsItsName(string set) =>
        LoadSets(set).Kafka.Client.ShouldBe([KeyValuePair.Create("security.protocol", "SSL")]);

    [Fact]
    public void Load_DictionariesOfSeveralSources_AreMergedByEntry()
    {
        var kafka = LoadJson(
            """{ "kafka": { "client": { "security.protocol": "SSL", "debug": "all" }, "producer": { "linger.ms": 5, "enable.idempotence": true } } }""",
            null,
            "kafka:client:debug=msg").Kafka;

        kafka.Client.ShouldBe(new Dictionary<string, string> { ["security.protocol"] = "SSL", ["debug"] = "msg" }, ignoreOrder: true);
        kafka.Producer.ShouldBe(new Dictionary<string, string> { ["linger.ms"] = "5", ["enable.idempotence"] = "true" }, ignoreOrder: true);
    }

    [Theory]
    [InlineData("STREAMING_CONTRASTIVE__KAFKA__CLIENT__sasl.password")]
    [InlineData("STREAMING_CONTRASTIVE__KAFKA__CLIENT__SASL_PASSWORD")]
    public void Load_SecretFromTheEnvironment_IsTheClientSetting(string variable) =>
        LoadEnvironment(
            (variable, "hunter2"),
            ("STREAMING_CONTRASTIVE__KAFKA__CLIENT__SASL_USERNAME", "me"),
            ("STREAMING_CONTRASTIVE__KAFKA__CLIENT__SASL_MECHANISM", "PLAIN"),
            ("STREAMING_CONTRASTIVE__KAFKA__CLIENT__SECURITY_PROTOCOL", "sasl_ssl")).Kafka.Client["sasl.password"].ShouldBe("hunter2");

    [Fact]
    public void Load_ValueWithEqualsSign_KeepsIt() => LoadSets("kafka:client:x=a=b").Kafka.Client["x"].ShouldBe("a=b");

    [Fact]
    public void Load_EveryOption_CanBeSetFromItsOwnText()
    {
        // The binder must reach every option that the tree knows: write the default of each and read it back.
        // Keys of sections that may be absent would switch them on: SectionSwitchesTests looks at those.
        var absent = OptionTree.Switchable(OptionTree.Root).SelectMany(OptionTree.Leaves).ToHashSet();
        var defaults = OptionTree.Leaves(OptionTree.Root).Where(o => !absent.Contains(o)).OfType<OptionValue>()
            .Select(o => (o.Key, Value: Read(o)))
            .Where(o => o.Value is not null)
            .Select(o => $"{o.Key}={ValueFormat.Format(o.Value!)}").ToArray();

        defaults.Length.ShouldBeGreaterThan(50);
        EffectiveConfiguration.ToJson(LoadSets(defaults)).ShouldBe(EffectiveConfiguration.ToJson(new()));
    }

    private static object? Read(OptionValue option)
    {
        OptionNode node = OptionTree.Root;
        object? at = new StreamingContrastive.Pipeline.Configuration.PipelineOptions();
        foreach (var part in option.Key.Split(':'))
        {
            node = ((OptionSection)node).Find(part)!;
            at = node.Read(at!);
        }

        return at;
    }
}
