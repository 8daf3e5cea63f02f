using Microsoft.AspNetCore.Http;

namespace StreamingContrastive.Host.Web.Security;

/// <summary>
/// What every request passes before it is answered: headers that keep a browser from doing more than the page asks for, no method that
/// could change anything but an operator's, no foreign name for this host, and the token where there is one.
/// </summary>
/// <param name="session">Who gave the token; null where there is none.</param>
internal sealed class RequestGuard(Session? session)
{
    /// <summary>Where the token is given.</summary>
    public const string SignIn = "/sign-in";

    /// <summary>What comes behind it changes the pipeline.</summary>
    public const string Operations = "/api/operations/";

    /// <summary>
    /// Header that every operation must carry, whatever it holds: a page of another origin cannot send it without asking this server
    /// first (a CORS preflight, which is refused), so a browser that is signed in cannot be made to operate.
    /// </summary>
    public const string OperateHeader = "X-Streaming-Contrastive";

    // Inline scripts and styles would be the way in for a key or header that is not escaped.
    internal const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    // Probes of an orchestrator carry no token, and what they are told is a sentence; the rest is what the sign-in page is made of.
    private static readonly HashSet<string> _open = ["/healthz", "/readyz", SignIn, "/assets/base.css", "/assets/theme.js", "/assets/icon.svg"];

    /// <summary>Answers the request itself, or lets it pass.</summary>
    public Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        SetHeaders(http.Response.Headers);
        var (request, path) = (http.Request, http.Request.Path.Value ?? "");
        if (HttpMethods.IsPost(request.Method) && path.StartsWith(Operations, StringComparison.Ordinal))
        {
            return OperateAsync(http, next);
        }

        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !(HttpMethods.IsPost(request.Method) && path == SignIn && session is not null))
        {
            http.Response.Headers.Allow = "GET, HEAD";
            return RefuseAsync(http, StatusCodes.Status405MethodNotAllowed, "The dashboard only shows: GET and HEAD are all it answers here.");
        }

        if (_open.Contains(path))
        {
            return next(http);
        }

        if (session is null)
        {
            return HostCheck.Allows(request.Host)
                ? next(http)
                : RefuseAsync(http, StatusCodes.Status421MisdirectedRequest, "Without a token the dashboard answers to localhost and to addresses only, not to other host names: see --web-token-file.");
        }

        return session.Admits(request) ? next(http) : AskForToken(http, path);
    }

    private Task OperateAsync(HttpContext http, RequestDelegate next)
    {
        if (session is null)
        {
            return RefuseAsync(http, StatusCodes.Status403Forbidden, "This changes what runs, so it needs a token, also on loopback: start the node with --web-token-file.");
        }

        if (!session.Admits(http.Request))
        {
            return AskForToken(http, http.Request.Path.Value ?? "");
        }

        return http.Request.Headers.ContainsKey(OperateHeader) && http.Request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none"
            ? next(http)
            : RefuseAsync(http, StatusCodes.Status403Forbidden, $"An operation carries the header {OperateHeader} and comes from the dashboard's own page or from no page.");
    }

    private static Task AskForToken(HttpContext http, string path)
    {
        if (path == "/")
        {
            http.Response.StatusCode = StatusCodes.Status303SeeOther;
            http.Response.Headers.Location = SignIn;
            return Task.CompletedTask;
        }

        http.Response.Headers.WWWAuthenticate = "Bearer";
        return RefuseAsync(http, StatusCodes.Status401Unauthorized, "The dashboard's token is needed: sign in at /sign-in, or send 'Authorization: Bearer TOKEN'.");
    }

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }

    private static Task RefuseAsync(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(text + "\n", http.RequestAborted);
    }
}
