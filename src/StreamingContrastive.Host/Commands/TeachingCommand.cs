using System.CommandLine;

namespace StreamingContrastive.Host.Commands;

/// <summary>A command whose help ends with what there is to know and with examples that can be pasted.</summary>
/// <param name="name">Name.</param>
/// <param name="summary">One line: the list of commands shows it.</param>
internal sealed class TeachingCommand(string name, string summary) : Command(name, summary)
{
    /// <summary>Paragraphs: limits, defaults, what a reader would otherwise have to try. One a line.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Command lines without the program's name.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];
}
