using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;

namespace StreamingContrastive.Host.Commands;

/// <summary>Says what is wrong with a command line that could not be parsed, and where to read on.</summary>
internal static class UsageErrorText
{
    /// <summary>The errors, the commands there are, and the help to ask for.</summary>
    public static string Of(ParseResult parse, IEnumerable<string> errors)
    {
        var text = new StringBuilder();
        foreach (var message in errors.Distinct())
        {
            text.AppendLine($"{TeachingHelp.Program}: {message}");
        }

        var commands = parse.CommandResult.Command.Subcommands;
        if (commands.Count > 0)
        {
            text.AppendLine($"Commands: {string.Join(", ", commands.Select(c => c.Name))}.");
        }

        var path = "";
        for (SymbolResult? at = parse.CommandResult; at is CommandResult { Command: not RootCommand } command; at = at.Parent)
        {
            path = $"{command.Command.Name} {path}";
        }

        return text.AppendLine($"See {TeachingHelp.Program} {path}--help.").ToString();
    }
}
