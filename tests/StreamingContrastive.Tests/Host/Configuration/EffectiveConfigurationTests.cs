using StreamingContrastive.Host.Configuration;
using static StreamingContrastive.Tests.Host.Configuration.ConfigurationFixture;

namespace StreamingContrastive.Tests.Host.Configuration;

public sealed class EffectiveConfigurationTests
{
    [Fact]
    public void ToJson_Secrets_AreRemovedWhereverTheyStand()
    {
        var json = EffectiveConfiguration.ToJson(LoadSets(
            "kafka:client:sasl.password=hunter2",
            "kafka:consumer:ssl.key.pem=hunter2",
            "kafka:producer:sasl.oauthbearer.client.secret=hunter2",
            "kafka:client:ssl.key.password=hunter2",
            "kafka:client:security.protocol=SASL_SSL"));

        json.ShouldNotContain("hunter2");
        json.ShouldContain("\"sasl.password\": \"[hidden]\"");
        json.ShouldContain("\"security.protocol\": \"SASL_SSL\"");
    }

    [Fact]
    public void Sections_OfAPipeline_AreOneLineEachWithEverythingInThem()
    {
        var options = LoadSets("name=abc", "kafka:client:security.protocol=SASL_SSL", "kafka:client:sasl.password=hunter2", "training:batchSize=77");

        var sections = EffectiveConfiguration.Sections(options).ToDictionary(s => s.Section, s => s.Values);

        sections["the pipeline"].ShouldContain("\"name\":\"abc\"");
        sections["training"].ShouldContain("\"batchSize\":77");
        sections["kafka"].ShouldContain("[hidden]");
        sections.Values.ShouldAllBe(v => !v.Contains('\n') && !v.Contains("hunter2"));
        sections.Count.ShouldBeGreaterThan(8);
    }

    [Fact]
    public void ToJson_ChangedValues_LoadBackTheSame()
    {
        var options = LoadSets(
            "name=abc", "seed=18446744073709551615", "checkpoint:every=250ms", "checkpoint:directory=/tmp/it's \"here\"", "training:learningRate=1e-7",
            "training:schedule=inversesquareroot", "objective:maskSameRecord=false", "kafka:client:debug=msg,broker", "monitor:heldOutTopic=h");

        var again = LoadJson(EffectiveConfiguration.ToJson(options));

        EffectiveConfiguration.ToJson(again).ShouldBe(EffectiveConfiguration.ToJson(options));
        again.Seed.ShouldBe(ulong.MaxValue);
        again.Checkpoint.Directory.ShouldBe("/tmp/it's \"here\"");
        again.Training.LearningRate.ShouldBe(1e-7);
    }
}
