using System.Text.RegularExpressions;

namespace StreamingContrastive.Tests.Structure;

public sealed partial class NamespaceTests
{
    // Files that by their nature declare no type of a folder.
    private static readonly string[] _withoutNamespace = ["Program.cs", "GlobalUsings.cs", "AssemblyInfo.cs"];

    [Fact]
    public void Sources_ForbiddenNamespaces_AreNotUsed() =>
        SourceTree.Files("src").SelectMany(NamespaceRules.Breaches).ShouldBeEmpty();

    [Theory]
    [InlineData("src/StreamingContrastive.Learning/A.cs", "using Akka.Actor;", true)]
    [InlineData("src/StreamingContrastive.Learning/A.cs", "// using Akka.Actor;", false)]
    [InlineData("src/StreamingContrastive.Learning/A.cs", "var s = \"Akka.Actor\";", false)]
    [InlineData("src/StreamingContrastive.Learning/A.cs", "using TorchSharp;", false)]
    [InlineData("src/StreamingContrastive.Augmentation/A.cs", "using TorchSharp;", true)]
    [InlineData("src/StreamingContrastive.Augmentation/A.cs", "using static TorchSharp.torch;", true)]
    [InlineData("src/StreamingContrastive.Contracts/A.cs", "using Confluent.Kafka;", true)]
    [InlineData("src/StreamingContrastive.Contracts/Client/A.cs", "using Confluent.Kafka;", false)]
    [InlineData("src/StreamingContrastive.Pipeline/Kafka/A.cs", "using Confluent.Kafka;", false)]
    [InlineData("src/StreamingContrastive.Pipeline/Ingest/A.cs", "Confluent.Kafka.Offset o;", true)]
    [InlineData("src/StreamingContrastive.Host/A.cs", "using Confluent.Kafka;", true)]
    [InlineData("src/StreamingContrastive.Pipeline/A.cs", "using Microsoft.Extensions.Configuration;", true)]
    [InlineData("src/StreamingContrastive.Pipeline/A.cs", "using Microsoft.Extensions.Logging;", false)]
    [InlineData("src/StreamingContrastive.Host/A.cs", "using OpenTelemetry.Metrics;", false)]
    public void Breaches_OneLine_AreFoundInCodeOnly(string path, string line, bool expected) =>
        NamespaceRules.Breaches(new SourceFile(path, line + "\n")).Any().ShouldBe(expected);

    [Fact]
    public void Sources_Namespace_EqualsTheFolder()
    {
        var wrong =
            from folder in new[] { "src", "tests" }
            from file in SourceTree.Files(folder)
            let name = Path.GetFileName(file.Path)
            let declared = Declaration().Match(file.Text)
            where declared.Success || !_withoutNamespace.Contains(name)
            let expected = string.Join('.', file.Path.Split('/')[1..^1])
            where declared.Groups[1].Value != expected
            select $"{file.Path} declares '{declared.Groups[1].Value}', its folder says '{expected}'";

        wrong.ShouldBeEmpty();
    }

    [GeneratedRegex(@"^namespace\s+([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
