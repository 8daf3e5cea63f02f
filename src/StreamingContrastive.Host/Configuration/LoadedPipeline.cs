using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Host.Configuration;

/// <summary>A configuration that was read, bound and found valid.</summary>
/// <param name="Options">The options.</param>
/// <param name="File">The file that was read, as found; null when there was none.</param>
internal sealed record LoadedPipeline(PipelineOptions Options, string? File);
