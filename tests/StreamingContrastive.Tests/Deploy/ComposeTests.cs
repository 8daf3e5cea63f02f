using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using StreamingContrastive.Host.Commands;
using StreamingContrastive.Tests.Structure;

namespace StreamingContrastive.Tests.Deploy;

/// <summary>No container engine runs here: what a file alone can break is checked, and Compose's own parser where it is installed.</summary>
public sealed class ComposeTests
{
    // What the CIS benchmark for Docker calls a bad idea, and what would make the README's promise of loopback ports empty.
    private static readonly string[] _forbidden = ["privileged", "cap_add", "network_mode", "pid", "ipc", "devices", "userns_mode"];

    public static TheoryData<string> ServiceNames => [.. ComposeFile.Services.Keys];

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void Service_Image_IsPinnedOrBuiltHere(string name)
    {
        JsonObject service = ComposeFile.Services[name];

        string image = service.Text("image").ShouldNotBeNull();
        image.ShouldMatch(@"^[\w./-]+:[\w.-]+$", "an image has a tag");
        image.ShouldNotEndWith(":latest");
        if (image.StartsWith("streaming-contrastive", StringComparison.Ordinal))
        {
            string folder = service.Text("build", "context").ShouldNotBeNull();
            File.Exists(Path.Combine(SourceTree.Root, folder, service.Text("build", "dockerfile") ?? "Dockerfile")).ShouldBeTrue();
        }
        else
        {
            image.ShouldMatch(@":v?\d+\.\d+\.\d+$", "a tag that moves with patches is no pin");
        }
    }

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void Service_Rights_AreTheLeast(string name)
    {
        JsonObject service = ComposeFile.Services[name];

        service.Select(p => p.Key).Intersect(_forbidden).ShouldBeEmpty();
        service.Text("read_only").ShouldBe("true");
        service["cap_drop"].Texts().ShouldBe(["ALL"]);
        service["security_opt"].Texts().ShouldContain("no-new-privileges:true");
        service["tmpfs"].Texts().Select(t => t.Split(':')[0]).ShouldContain("/tmp");
        service.Text("user").ShouldNotBeNull().ShouldMatch("^[1-9][0-9]*:[0-9]+$", "a number, so that an image cannot change who it is");
    }

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void Service_Ports_AreOpenToThisMachineOnly(string name) =>
        ComposeFile.Services[name]["ports"].Texts().Where(p => !Regex.IsMatch(p, @"^127\.0\.0\.1:\d+:\d+$")).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void Service_Health_IsCheckedOrItEnds(string name)
    {
        JsonObject service = ComposeFile.Services[name];
        bool asksNobody = ComposeFile.IsOnce(service) || service["command"].Texts() is ["produce", ..];

        ComposeFile.HasHealthcheck(service).ShouldBe(!asksNobody);
        service.ContainsKey("healthcheck").ShouldBeTrue("the image's own check asks for a page that this command has not");
    }

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void Service_DependsOn_WaitsForWhatCanHappen(string name)
    {
        foreach ((string other, JsonNode? how) in ComposeFile.Services[name]["depends_on"] as JsonObject ?? [])
        {
            JsonObject target = ComposeFile.Services.GetValueOrDefault(other).ShouldNotBeNull($"{name} depends on {other}");
            switch (how.Text("condition"))
            {
                case "service_healthy":
                    ComposeFile.HasHealthcheck(target).ShouldBeTrue($"{name} waits for the health of {other}");
                    break;
                case "service_completed_successfully":
                    ComposeFile.IsOnce(target).ShouldBeTrue($"{name} waits for the end of {other}");
                    break;
                default:
                    Assert.Fail($"{name} depends on {other} without a condition: it would start at once");
                    break;
            }
        }
    }

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void Command_OfThisProgram_IsAcceptedByIt(string name)
    {
        foreach (ManifestCommand command in ComposeFile.Commands().Where(c => c.Where.EndsWith($", {name}", StringComparison.Ordinal)))
        {
            command.Problems().ShouldBeEmpty();
        }
    }

    [Fact]
    public void Commands_WrongKeyOrOption_WouldBeFound()
    {
        ManifestCommand good = ComposeFile.Commands().First(c => c.Arguments[0] == "topics");

        (good with { Environment = new Dictionary<string, string> { ["STREAMING_CONTRASTIVE__KAFKA__BOOTSTRAPSERVER"] = "kafka:1" } }).Problems().ShouldHaveSingleItem().ShouldContain("bootstrapServer");
        (good with { Arguments = [.. good.Arguments, "--ensure-all"] }).Problems().ShouldNotBeEmpty();
        (good with { Arguments = [.. good.Arguments, "--set", "training:batchsiz=3"] }).Problems().ShouldHaveSingleItem().ShouldContain("batchSize");
        (good with { Arguments = ["topics", "ensure", "fashion"] }).Problems().ShouldHaveSingleItem().ShouldContain("fashion-mnist");
    }

    [Fact]
    public void Mounts_Sources_AreNamedVolumesOrFilesOfTheCheckout()
    {
        string[] volumes = [.. ComposeFile.Document.At("volumes").AsObject().Select(v => v.Key)];

        ComposeFile.Secrets().Where(f => !File.Exists(Path.Combine(SourceTree.Root, f))).ShouldBeEmpty();
        ComposeFile.Mounts().Where(m => m.Source.StartsWith('.') ? !Path.Exists(Path.Combine(SourceTree.Root, m.Source)) : !volumes.Contains(m.Source))
            .ShouldBeEmpty();
        volumes.Except(ComposeFile.Mounts().Select(m => m.Source)).ShouldBeEmpty("a volume that nobody mounts");
    }

    [Fact]
    public void Pipelines_CpuAndCuda_NeverRunTogether()
    {
        JsonObject[] trainers = [.. ComposeFile.Services.Values.Where(s => s["command"].Texts() is ["run", ..])];

        trainers.Select(s => s["profiles"].Texts().ShouldHaveSingleItem()).ShouldBe(["cpu", "cuda"]);
        File.ReadLines(Path.Combine(SourceTree.Root, ".env")).ShouldContain("COMPOSE_PROFILES=cpu");
    }

    [Fact]
    public void Pipelines_TimeToStop_CoversTheProgramsOwn()
    {
        foreach (JsonObject trainer in ComposeFile.Services.Values.Where(s => s["command"].Texts() is ["run", ..]))
        {
            double seconds = double.Parse(trainer.Text("stop_grace_period").ShouldNotBeNull().TrimEnd('s'), CultureInfo.InvariantCulture);
            seconds.ShouldBeGreaterThan(CommandLineProgram.TerminationTimeout.TotalSeconds);
        }
    }

    /// <summary>Compose's own parser, where the plugin is; an engine is not needed for it.</summary>
    [Theory]
    [InlineData("cpu")]
    [InlineData("cuda")]
    public async Task Config_ByCompose_IsAccepted(string profile)
    {
        Assert.SkipUnless((await Tool.RunAsync("docker", "compose", "version")).ExitCode == 0, "docker has no compose plugin");

        ToolResult config = await Tool.RunAsync("docker", "compose", "--profile", profile, "config", "--quiet");

        config.ExitCode.ShouldBe(0, config.Error);
    }
}
