using System.CommandLine;
using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Tests.Host.Commands;

namespace StreamingContrastive.Tests.Deploy;

/// <summary>A command line of this program that a manifest runs, with the environment that it gives.</summary>
/// <param name="Where">File and container, for messages.</param>
/// <param name="Arguments">Arguments.</param>
/// <param name="Environment">Environment variables.</param>
internal sealed record ManifestCommand(string Where, string[] Arguments, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>What the pods call the base's pipeline file.</summary>
    public const string MountedPipeline = "/etc/streaming-contrastive/pipeline.json";

    /// <summary>What the program itself finds wrong with it: its own parser, its own loader.</summary>
    public IEnumerable<string> Problems()
    {
        var fixture = new CommandFixture();
        ParseResult parse = new CommandLineProgram(fixture.Context, CommandSet.Create(fixture.Context)).Root.Parse(Arguments);
        List<string> problems = [.. UnknownOptions.In(parse), .. parse.Errors.Select(e => e.Message)];
        if (problems.Count == 0)
        {
            try
            {
                Load(parse);
            }
            catch (ConfigurationException e)
            {
                problems.Add(e.Message);
            }
        }

        return problems.Select(p => $"{Where}: {p}");
    }

    private void Load(ParseResult parse)
    {
        string? pipeline = parse.CommandResult.Command.Arguments.Any(a => a.Name == "PIPELINE") ? parse.GetValue<string?>("PIPELINE") : null;
        string? file = pipeline == MountedPipeline ? Path.Combine(Structure.SourceTree.Root, "deploy/kubernetes/base/pipeline.json") : pipeline;
        var assignments = (parse.GetValue<string[]>("--set") ?? []).Select(s => new Assignment(s)).ToList();
        PipelineConfiguration.Load(new ConfigurationRequest(file, Environment, assignments), PipelineFiles.OfThisProcess());
    }
}
