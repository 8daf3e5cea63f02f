namespace StreamingContrastive.Host.Configuration;

/// <summary>Everything that a configuration is made of, weakest first: defaults, file, environment, assignments.</summary>
/// <param name="PipelineFile">Path or bundled name of the pipeline file; null for the defaults alone.</param>
/// <param name="Environment">All environment variables; those with the prefix count.</param>
/// <param name="Assignments">What the command line sets.</param>
internal sealed record ConfigurationRequest(string? PipelineFile, IReadOnlyDictionary<string, string> Environment, IReadOnlyList<Assignment> Assignments)
{
    /// <summary>Whether Kafka clients will be made: then their settings are checked too, files with secrets read. Default true.</summary>
    public bool Connects { get; init; } = true;
}
