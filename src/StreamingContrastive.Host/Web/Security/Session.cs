using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace StreamingContrastive.Host.Web.Security;

/// <summary>
/// Tells a visitor who gave the token from one who did not: by an Authorization header, or by the cookie that signing in sets, since
/// neither pictures nor event streams can carry a header. The cookie's value is drawn anew by every process and says nothing of the token.
/// </summary>
/// <param name="token">The token.</param>
internal sealed class Session(string token)
{
    private const string Cookie = "streaming-contrastive-session";
    private const string Bearer = "Bearer ";

    private readonly byte[] _token = Digest(token);
    private readonly string _value = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Whether the request comes from such a visitor.</summary>
    public bool Admits(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return (header.StartsWith(Bearer, StringComparison.Ordinal) && IsToken(header[Bearer.Length..]))
            || (request.Cookies.TryGetValue(Cookie, out var value) && CryptographicOperations.FixedTimeEquals(Digest(value), Digest(_value)));
    }

    /// <summary>Whether that is the token; takes the same time whatever it is.</summary>
    public bool IsToken(string given) => CryptographicOperations.FixedTimeEquals(Digest(given.Trim()), _token);

    /// <summary>Remembers the visitor until the browser is closed or the process ends.</summary>
    public void Begin(HttpResponse response) =>
        response.Cookies.Append(Cookie, _value, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/", Secure = response.HttpContext.Request.IsHttps });

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
