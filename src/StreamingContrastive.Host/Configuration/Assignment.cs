namespace StreamingContrastive.Host.Configuration;

/// <summary>A value from the command line.</summary>
/// <param name="Text"><c>key=value</c>.</param>
/// <param name="Source">The option that gave it, for messages.</param>
internal sealed record Assignment(string Text, string Source = "--set")
{
    /// <summary>What an option that stands for a key gives: nothing when it is absent.</summary>
    public static IEnumerable<Assignment> Shorthand(string key, string? value, string option) =>
        value is null ? [] : [new Assignment($"{key}={value}", option)];
}
