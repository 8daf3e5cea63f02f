using System.CommandLine;
using StreamingContrastive.Host.Web;

namespace StreamingContrastive.Host.Commands;

/// <summary>The part of a command line that says whether and where the dashboard is shown.</summary>
internal sealed class WebSelection
{
    private readonly Option<string?> _address;
    private readonly Option<string?> _tokenFile = new("--web-token-file")
    {
        Description = $"File with the token that visitors of the dashboard must give; {WebSettings.TokenVariable} does the same. Needed beyond loopback.",
        HelpName = "FILE",
    };

    private readonly WebAddress? _default;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="byDefault">Where the dashboard is shown when nobody says anything; null for nowhere.</param>
    public WebSelection(Command command, WebAddress? byDefault)
    {
        _default = byDefault;
        _address = new Option<string?>("--web")
        {
            Description = $"Show the dashboard at this address, such as {WebAddress.Default}, or off. Default: {(byDefault is null ? "off" : byDefault)}.",
            HelpName = "ADDRESS",
        };
        command.Add(_address);
        command.Add(_tokenFile);
    }

    /// <summary>What the command line and the environment say.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="context">The environment.</param>
    /// <param name="byDefault">Where it is shown when nobody says anything, in place of the command's own default.</param>
    /// <exception cref="UsageException">Something of it is impossible.</exception>
    public WebSettings Read(ParseResult parse, ProgramContext context, WebAddress? byDefault = null)
    {
        var text = parse.GetValue(_address);
        var address = text switch { null => byDefault ?? _default, "off" => null, _ => WebAddress.Parse(text) };
        var file = parse.GetValue(_tokenFile);
        if (file is not null && address is null)
        {
            throw new UsageException("--web-token-file is given, but no dashboard is shown: name its address with --web ADDRESS.");
        }

        return WebSettings.Create(address, isDemanded: text is not null, address is null ? null : Token(file, context));
    }

    /// <summary>The token of a file, or of the environment.</summary>
    /// <exception cref="UsageException">The file cannot be read.</exception>
    public static string? Token(string? file, ProgramContext context)
    {
        if (file is null)
        {
            return context.Environment.GetValueOrDefault(WebSettings.TokenVariable);
        }

        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The token file '{file}' (--web-token-file) cannot be read: {e.Message}");
        }
    }
}
