namespace StreamingContrastive.Contracts;

/// <summary>The CloudEvents source of a pipeline: <c>/streaming-contrastive/NAME</c>.</summary>
public static class CloudEventSources
{
    private const string Prefix = "/streaming-contrastive/";

    /// <summary>The source of a pipeline's events.</summary>
    public static string Of(string pipeline) => Prefix + pipeline;

    /// <summary>The pipeline that a source names.</summary>
    /// <exception cref="WireFormatException">The source is missing or is not a pipeline's.</exception>
    public static string ParsePipeline(string? source) =>
        source is not null && source.StartsWith(Prefix, StringComparison.Ordinal) && source.Length > Prefix.Length
            ? source[Prefix.Length..]
            : throw new WireFormatException(
                $"The header {HeaderNames.Source} is '{source ?? "missing"}'; outputs of a pipeline carry {Prefix}NAME.");
}
