using System.Text.RegularExpressions;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Tests.Host.Configuration;

/// <summary>Loads pipelines from texts, through the files that the program would read.</summary>
internal static partial class ConfigurationFixture
{
    public static readonly IReadOnlyDictionary<string, string> NoEnvironment = new Dictionary<string, string>();

    public static PipelineOptions LoadSets(params string[] sets) =>
        PipelineConfiguration.Load(new ConfigurationRequest(null, NoEnvironment, [.. sets.Select(s => new Assignment(s))]), PipelineFiles.OfThisProcess()).Options;

    public static PipelineOptions LoadEnvironment(params (string Name, string Value)[] variables) =>
        PipelineConfiguration.Load(new ConfigurationRequest(null, variables.ToDictionary(v => v.Name, v => v.Value), []), PipelineFiles.OfThisProcess()).Options;

    public static PipelineOptions LoadJson(string json, IReadOnlyDictionary<string, string>? environment = null, params string[] sets)
    {
        var folder = Directory.CreateTempSubdirectory("pipeline-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "test.json"), json);
            var request = new ConfigurationRequest("test.json", environment ?? NoEnvironment, [.. sets.Select(s => new Assignment(s))]);
            return PipelineConfiguration.Load(request, new PipelineFiles(folder.FullName, folder.FullName)).Options;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public static IReadOnlyList<string> ProblemsOf(Action load) =>
        [.. Should.Throw<ConfigurationException>(load).Problems.Select(p => TemporaryFolder().Replace(p.Message, ""))];

    [GeneratedRegex(@"/\S*/pipeline-\w+/")]
    private static partial Regex TemporaryFolder();
}
