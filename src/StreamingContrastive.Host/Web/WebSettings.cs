using StreamingContrastive.Host.Commands;

namespace StreamingContrastive.Host.Web;

/// <summary>Whether, where and for whom the dashboard is shown.</summary>
/// <param name="Address">Where it listens; null switches it off.</param>
/// <param name="IsDemanded">Somebody asked for this address: that it cannot be had is an error, and not a warning.</param>
/// <param name="Token">What a visitor must know; null for everybody who can reach a loopback address.</param>
internal sealed record WebSettings(WebAddress? Address, bool IsDemanded, string? Token)
{
    /// <summary>Environment variable with the token.</summary>
    public const string TokenVariable = "STREAMING_CONTRASTIVE_WEB_TOKEN";

    /// <summary>A shorter token can be guessed.</summary>
    public const int ShortestToken = 16;

    /// <summary>No dashboard.</summary>
    public static WebSettings Off { get; } = new(null, IsDemanded: false, null);

    /// <summary>Checks what belongs together.</summary>
    /// <exception cref="UsageException">The address is open to others and there is no token, or the token is too short. The message never holds it.</exception>
    public static WebSettings Create(WebAddress? address, bool isDemanded, string? token)
    {
        if (address is not null && token is { Length: < ShortestToken })
        {
            throw new UsageException($"The dashboard's token has {token.Length} characters; at least {ShortestToken} are needed, for instance from: openssl rand -hex 24");
        }

        return address is null || address.IsLoopback || token is not null
            ? new WebSettings(address, isDemanded, token)
            : throw new UsageException(
                $"--web {address} would show pictures, texts and keys of the stream to everybody who can reach this machine. Put a token of {ShortestToken} characters or more into {TokenVariable} or a file named by --web-token-file, or take a loopback address such as {WebAddress.Default}.");
    }
}
