using System.Net;
using Microsoft.AspNetCore.Http;

namespace StreamingContrastive.Host.Web.Security;

/// <summary>
/// Keeps pages of strangers from reading a dashboard without a token through the visitor's own browser (DNS rebinding): such a page has
/// been loaded from a name, and that name is what its requests call this host. An address or localhost cannot be rebound.
/// </summary>
internal static class HostCheck
{
    /// <summary>Whether a request may call this host so.</summary>
    public static bool Allows(HostString host) =>
        host.Host is "localhost" || host.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host.Host.Trim('[', ']'), out _);
}
