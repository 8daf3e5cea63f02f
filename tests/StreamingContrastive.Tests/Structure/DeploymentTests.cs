using System.Reflection;
using System.Text.RegularExpressions;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Tests.Structure;

/// <summary>No container engine runs here: what can be checked without one is that the files name things that exist.</summary>
public sealed partial class DeploymentTests
{
    private static readonly string _compose = File.ReadAllText(Path.Combine(SourceTree.Root, "docker-compose.yml"));
    private static readonly string _dockerfile = File.ReadAllText(Path.Combine(SourceTree.Root, "deploy", "Dockerfile.cpu"));

    [Fact]
    public void Compose_OptionVariables_NameOptionsOfAPipeline()
    {
        string[] variables = [.. OptionVariable().Matches(_compose).Select(m => m.Groups[1].Value)];

        variables.ShouldNotBeEmpty();
        variables.Where(v => !IsOption(typeof(PipelineOptions), v.Split("__"))).ShouldBeEmpty();
    }

    [Fact]
    public void Compose_FilesAndPipelines_AreInTheCheckout()
    {
        string[] dockerfiles = [.. Regex.Matches(_compose, @"dockerfile: ([^\s,}]+)").Select(m => m.Groups[1].Value)];
        string[] pipelines = [.. Regex.Matches(_compose, """command: \[(?:"topics", "ensure"|"run"), "([^"]+)"\]""").Select(m => $"topology/pipelines/{m.Groups[1].Value}.json")];

        dockerfiles.Length.ShouldBe(1);
        pipelines.Length.ShouldBe(2);
        dockerfiles.Concat(pipelines).Where(f => !File.Exists(Path.Combine(SourceTree.Root, f))).ShouldBeEmpty();
    }

    [Fact]
    public void Dockerfile_ProjectAndProgram_AreTheHost()
    {
        string project = File.ReadAllText(Path.Combine(SourceTree.Root, "src/StreamingContrastive.Host/StreamingContrastive.Host.csproj"));

        _dockerfile.ShouldContain("dotnet publish src/StreamingContrastive.Host ");
        project.ShouldContain("<AssemblyName>streaming-contrastive</AssemblyName>");
        _dockerfile.ShouldContain("""ENTRYPOINT ["./streaming-contrastive"]""");
    }

    [Theory]
    [InlineData("KAFKA__BOOTSTRAPSERVERS", true)]
    [InlineData("KAFKA__BOOTSTRAPSERVER", false)]
    [InlineData("KAFKA", false)]
    [InlineData("TRAINING__BATCHSIZE__X", false)]
    public void IsOption_Name_IsFoundOnlyAsALeaf(string variable, bool expected) =>
        IsOption(typeof(PipelineOptions), variable.Split("__")).ShouldBe(expected);

    private static bool IsOption(Type type, string[] path)
    {
        PropertyInfo? property = type.GetProperty(path[0], BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
        bool isSection = property?.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal) ?? false;
        return path.Length == 1 ? property is not null && !isSection : isSection && IsOption(property!.PropertyType, path[1..]);
    }

    [GeneratedRegex(@"\bSTREAMING_CONTRASTIVE__(\w+):")]
    private static partial Regex OptionVariable();
}
