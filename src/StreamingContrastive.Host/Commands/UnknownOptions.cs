using System.CommandLine;
using System.CommandLine.Parsing;
using StreamingContrastive.Host.Configuration;

namespace StreamingContrastive.Host.Commands;

/// <summary>
/// Finds options that do not exist. The parser takes an unknown <c>--word</c> for a command's argument, and the reader would be
/// told that there is no such file.
/// </summary>
internal static class UnknownOptions
{
    /// <summary>A sentence for every argument that looks like an option; none after <c>--</c>.</summary>
    public static IReadOnlyList<string> In(ParseResult parse)
    {
        if (parse.Tokens.Any(t => t.Type == TokenType.DoubleDash))
        {
            return [];
        }

        var known = parse.CommandResult.Command.Options.Concat(parse.RootCommandResult.Command.Options).Select(o => o.Name).Distinct().ToArray();
        return [.. parse.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(a => a.Tokens)
            .Concat(parse.UnmatchedTokens.Select(t => new Token(t, TokenType.Argument, parse.CommandResult.Command)))
            .Select(t => t.Value)
            .Where(v => v.Length > 1 && v[0] == '-' && (v[1] == '-' || char.IsAsciiLetter(v[1])))
            .Select(v => Sentence(v, known))];
    }

    private static string Sentence(string written, string[] known)
    {
        var near = NearestNames.Find(written, known);
        return $"there is no option {written}.{(near.Count == 0 ? "" : $" Did you mean {string.Join(" or ", near)}?")} Options: {string.Join(", ", known.Order(StringComparer.Ordinal))}.";
    }
}
