using System.Reflection;
using System.Xml.Linq;

namespace StreamingContrastive.Tests.Structure;

/// <summary>References point one way: Host -> Pipeline -> Learning, Augmentation -> Contracts (design.md section 7).</summary>
public sealed class ReferenceDirectionTests
{
    private static readonly Dictionary<string, string[]> _allowed = new()
    {
        ["Contracts"] = [],
        ["Augmentation"] = ["Contracts"],
        ["Learning"] = ["Contracts"],
        ["Pipeline"] = ["Contracts", "Augmentation", "Learning"],
        ["Host"] = ["Contracts", "Augmentation", "Learning", "Pipeline"],
    };

    public static TheoryData<string> Projects => [.. SourceTree.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void ProjectFile_References_PointOnlyDownwards(string project)
    {
        XDocument file = XDocument.Load(Path.Combine(SourceTree.Root, "src", $"StreamingContrastive.{project}", $"StreamingContrastive.{project}.csproj"));

        string[] references =
        [
            .. file.Descendants("ProjectReference")
                .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')).Replace("StreamingContrastive.", "", StringComparison.Ordinal)),
        ];

        references.Except(_allowed[project]).ShouldBeEmpty($"{project} may reference {string.Join(", ", _allowed[project])} only");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Assembly_References_PointOnlyDownwards(string project)
    {
        var assembly = Assembly.Load(project == "Host" ? "streaming-contrastive" : $"StreamingContrastive.{project}");

        string[] references =
        [
            .. assembly.GetReferencedAssemblies()
                .Select(r => r.Name!)
                .Where(n => n.StartsWith("StreamingContrastive.", StringComparison.Ordinal) || n == "streaming-contrastive")
                .Select(n => n.Replace("StreamingContrastive.", "", StringComparison.Ordinal)),
        ];

        references.Except(_allowed[project]).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Contracts", "Akka", "TorchSharp", "OpenTelemetry", "Microsoft.Extensions.")]
    [InlineData("Augmentation", "Akka", "Confluent.Kafka", "TorchSharp", "OpenTelemetry", "Microsoft.Extensions.")]
    [InlineData("Learning", "Akka", "Confluent.Kafka", "OpenTelemetry", "Microsoft.Extensions.")]
    [InlineData("Pipeline", "OpenTelemetry", "Microsoft.Extensions.Configuration.Binder")]
    public void Assembly_References_LackWhatTheProjectMustNotSee(string project, params string[] forbidden)
    {
        IEnumerable<string> references = Assembly.Load($"StreamingContrastive.{project}").GetReferencedAssemblies().Select(r => r.Name!);

        references.Where(r => forbidden.Any(f => r.StartsWith(f, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Fact]
    public void SourceFolder_Projects_AreTheFiveOfTheDesign() =>
        Directory.GetDirectories(Path.Combine(SourceTree.Root, "src"))
            .Where(d => Directory.EnumerateFiles(d, "*.csproj").Any())
            .Select(d => Path.GetFileName(d).Replace("StreamingContrastive.", "", StringComparison.Ordinal))
            .ShouldBe(SourceTree.Projects, ignoreOrder: true, "a sixth project needs a reason written down in topology/decisions, and a line here");
}
