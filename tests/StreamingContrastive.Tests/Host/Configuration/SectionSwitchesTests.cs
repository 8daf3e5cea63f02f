using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Pipeline.Configuration;
using static StreamingContrastive.Tests.Host.Configuration.ConfigurationFixture;

namespace StreamingContrastive.Tests.Host.Configuration;

public sealed class SectionSwitchesTests
{
    [Theory]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("""{ "lower": 0.5 }""")]
    public void Load_SectionNamed_IsOnWithItsDefaults(string ring) => LoadJson(Ring(ring)).Objective.Policies.Ring.ShouldBe(new RingOptions());

    [Theory]
    [InlineData("false")]
    [InlineData("null")]
    public void Load_SectionSwitchedOff_IsAbsent(string ring) => LoadJson(Ring(ring)).Objective.Policies.Ring.ShouldBeNull();

    [Fact]
    public void Load_KeyOfASection_SwitchesItOnWithThatValue() =>
        LoadSets("objective:policies:ring:lower=0.25").Objective.Policies.Ring.ShouldBe(new RingOptions { Lower = 0.25 });

    [Fact]
    public void Load_StrongerSource_SwitchesOffAndOn()
    {
        LoadJson(Ring("""{ "lower": 0.25 }"""), null, "objective:policies:ring=false").Objective.Policies.Ring.ShouldBeNull();
        LoadJson(Ring("false"), null, "objective:policies:ring=true").Objective.Policies.Ring.ShouldBe(new RingOptions());
        LoadJson(Ring("""{ "lower": 0.25 }"""), null, "objective:policies:ring:upper=0.8").Objective.Policies.Ring.ShouldBe(new RingOptions { Lower = 0.25, Upper = 0.8 });
    }

    [Fact]
    public void Load_EnvironmentVariable_SwitchesOn() =>
        LoadEnvironment(("STREAMING_CONTRASTIVE__OBJECTIVE__POLICIES__MOCHI", "true")).Objective.Policies.MoChi.ShouldBe(new MoChiOptions());

    [Fact]
    public void Load_NoSwitch_SaysWhatIsAllowed() =>
        ProblemsOf(() => LoadJson(Ring("\"often\""))).Single().ShouldContain("objective:policies:ring = \"often\" (test.json, line 1) is not allowed. Allowed: true (its defaults)");

    [Fact]
    public void Load_UnknownPolicyOrKey_NamesTheNearest()
    {
        ProblemsOf(() => LoadSets("objective:policies:rings=true")).Single().ShouldContain("Did you mean ring?");
        ProblemsOf(() => LoadSets("objective:policies:ring:lowr=0.1")).Single().ShouldContain("Did you mean lower?");
    }

    [Theory]
    [InlineData("objective:temperature=0", "objective:temperature")]
    [InlineData("objective:temperature=-1", "objective:temperature")]
    [InlineData("objective:queueCapacityRows=0", "objective:queueCapacityRows")]
    [InlineData("objective:policies:ring:lower=0.95", "is not below objective:policies:ring:upper = 0.9")]
    [InlineData("objective:loss=supCon", "objective:positives:sameLabel")]
    [InlineData("objective:debiased:positivePrior=0.2", "Set objective:loss to debiased")]
    [InlineData("objective:policies:eqCo:target=0", "objective:policies:eqCo:target")]
    [InlineData("training:momentum=0.9999", "")]
    public void Load_BadObjective_IsRefusedByItsKey(string set, string expected)
    {
        if (expected.Length == 0)
        {
            ProblemsOf(() => LoadSets(set, "training:momentumSchedule=warmRise")).Single().ShouldContain("training:momentumCeiling");
            return;
        }

        ProblemsOf(() => LoadSets(set)).Single().ShouldContain(expected);
    }

    [Fact]
    public void Load_RefreshOfHugeQueue_IsRefused() =>
        ProblemsOf(() => LoadSets("objective:policies:refresh=true", "objective:queueCapacityRows=1048576", "input:payload:height=64", "input:payload:width=64")).Single().ShouldContain("MiB is the limit");

    [Fact]
    public void ToJson_SectionsOnAndOff_ReadBackTheSame()
    {
        var options = LoadSets("objective:policies:ring:lower=0.25", "objective:policies:moChi=true", "objective:loss=hcl", "objective:hcl:hardness=2");

        var json = EffectiveConfiguration.ToJson(options);

        json.ShouldContain("\"semiHard\": null");
        EffectiveConfiguration.ToJson(LoadJson(json)).ShouldBe(json);
        LoadJson(json).ShouldBeOfType<PipelineOptions>().Objective.ShouldBe(options.Objective);
    }

    private static string Ring(string value) => $$"""{ "objective": { "policies": { "ring": {{value}} } } }""";
}
