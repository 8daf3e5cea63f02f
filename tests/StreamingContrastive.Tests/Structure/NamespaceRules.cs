using System.Text.RegularExpressions;

namespace StreamingContrastive.Tests.Structure;

/// <summary>Which namespaces a folder of src must not use, in code (comments and strings may name them).</summary>
internal static partial class NamespaceRules
{
    private static readonly (string Folder, string[] Except, string[] Forbidden)[] _rules =
    [
        ("src/StreamingContrastive.Contracts/", [], ["Akka", "TorchSharp", "OpenTelemetry", "Microsoft.Extensions"]),
        ("src/StreamingContrastive.Augmentation/", [], ["Akka", "TorchSharp", "OpenTelemetry", "Microsoft.Extensions"]),
        ("src/StreamingContrastive.Learning/", [], ["Akka", "OpenTelemetry", "Microsoft.Extensions"]),
        ("src/", ["src/StreamingContrastive.Host/"], ["OpenTelemetry", "Microsoft.Extensions.Configuration"]),
        ("src/", ["src/StreamingContrastive.Pipeline/Kafka/", "src/StreamingContrastive.Contracts/Client/"], ["Confluent"]),
    ];

    /// <summary>Each breach as PATH: NAMESPACE.</summary>
    public static IEnumerable<string> Breaches(SourceFile file)
    {
        string code = CommentsAndStrings().Replace(file.Text, " ");
        foreach ((string folder, string[] except, string[] forbidden) in _rules)
        {
            bool applies = file.Path.StartsWith(folder, StringComparison.Ordinal)
                && !except.Any(e => file.Path.StartsWith(e, StringComparison.Ordinal));
            foreach (string name in applies ? forbidden : [])
            {
                if (Regex.IsMatch(code, $@"(?<![\w.]){Regex.Escape(name)}\b\s*[.;]"))
                {
                    yield return $"{file.Path}: {name}";
                }
            }
        }
    }

    [GeneratedRegex("""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'""", RegexOptions.Singleline)]
    private static partial Regex CommentsAndStrings();
}
