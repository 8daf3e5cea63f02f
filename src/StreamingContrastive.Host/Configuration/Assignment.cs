namespace StreamingContrastive.Host.Configuration;

/// <summary>A value from the command line.</summary>
/// <param name="Text"><c>key=value</c>.</param>
/// <param name="Source">The option that gave it, for messages.</param>
internal sealed record Assignment(string Text, string Source = "--set");
