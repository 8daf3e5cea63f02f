using System.Text;
using StreamingContrastive.Pipeline.Cluster;

namespace StreamingContrastive.Tests.Pipeline.Cluster;

public sealed class ConfigurationFingerprintTests
{
    private const string Trainer = """{ "name": "p", "seed": 1, "encoder": { "width": 16, "stem": "small" }, "training": { "threads": 2 }, "kafka": { "bootstrapServers": "a:1" } }""";

    [Fact]
    public void Agree_SamePipeline_Does() => Agree(Trainer).ShouldBeTrue();

    [Theory]
    [InlineData("\"threads\": 2", "\"threads\": 8")]
    [InlineData("a:1", "b:2")]
    [InlineData("{ \"name\"", "{ \"cluster\": { \"port\": 1 }, \"name\"")]
    public void Agree_WhatANodeHasForItself_IsPassedOver(string from, string to) => Agree(Trainer.Replace(from, to, StringComparison.Ordinal)).ShouldBeTrue();

    /// <summary>A newer version has an option more: a cluster is changed node by node.</summary>
    [Fact]
    public void Agree_OptionThatOneVersionLacks_IsPassedOver() => Agree(Trainer.Replace("\"width\": 16", "\"width\": 16, \"later\": 3", StringComparison.Ordinal)).ShouldBeTrue();

    [Theory]
    [InlineData("\"width\": 16", "\"width\": 32")]
    [InlineData("\"seed\": 1", "\"seed\": 2")]
    [InlineData("\"p\"", "\"q\"")]
    public void Agree_WhatIsLearned_Matters(string from, string to) => Agree(Trainer.Replace(from, to, StringComparison.Ordinal)).ShouldBeFalse();

    [Fact]
    public void Agree_NothingWasTold_Refuses() => ConfigurationFingerprint.Agree("", Of(Trainer)).ShouldBeFalse();

    [Fact]
    public void Refusal_OneOptionDiffers_NamesItAndShowsBothHashes()
    {
        var text = ConfigurationFingerprint.Refusal("10.0.0.7:4053", Of(Trainer.Replace("\"width\": 16", "\"width\": 32", StringComparison.Ordinal)), Of(Trainer));

        text.ShouldStartWith("The node 10.0.0.7:4053 runs another pipeline than the trainer");
        text.ShouldMatch("has the hash ([0-9a-f]{16}), the trainer's (?!\\1)[0-9a-f]{16}. They differ in encoder:width. ");
    }

    private static bool Agree(string other) => ConfigurationFingerprint.Agree(Of(other), Of(Trainer));

    private static string Of(string json) => ConfigurationFingerprint.Of(Encoding.UTF8.GetBytes(json));
}
