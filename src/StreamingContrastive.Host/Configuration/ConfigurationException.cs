namespace StreamingContrastive.Host.Configuration;

/// <summary>The configuration is wrong: exit code 2. Carries every problem that was found, sorted by key.</summary>
internal sealed class ConfigurationException : Exception
{
    /// <summary>Sorts the problems and puts them, one a line, into the message.</summary>
    public ConfigurationException(IEnumerable<ConfigurationProblem> problems)
        : this(problems.OrderBy(p => p.Key, StringComparer.OrdinalIgnoreCase).ThenBy(p => p.Message, StringComparer.Ordinal).ToArray())
    {
    }

    private ConfigurationException(ConfigurationProblem[] sorted)
        : base(Text(sorted)) => Problems = sorted;

    /// <summary>All problems, sorted by key.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; }

    private static string Text(ConfigurationProblem[] problems) => problems.Length == 1
        ? problems[0].Message
        : $"The configuration has {problems.Length} problems:{string.Concat(problems.Select(p => "\n  " + p.Message))}";
}
