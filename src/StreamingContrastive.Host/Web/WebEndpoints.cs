using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Host.Web.Feed;
using StreamingContrastive.Host.Web.Map;
using StreamingContrastive.Host.Web.Security;

namespace StreamingContrastive.Host.Web;

/// <summary>What the dashboard answers to. Every answer is a look; what changes the pipeline is in <see cref="OperationEndpoints"/>.</summary>
/// <param name="feed">The live state.</param>
/// <param name="map">The map.</param>
/// <param name="parts">The parts of a row.</param>
/// <param name="session">Who gave the token; null where there is none.</param>
/// <param name="stopping">The end of the web server: an event stream has none of its own.</param>
internal sealed class WebEndpoints(DashboardFeed feed, EmbeddingMap map, IReadOnlyList<RowPart> parts, Session? session, CancellationToken stopping)
{
    /// <summary>Event streams at once; one more is refused instead of slowing the others.</summary>
    public const int MostStreams = 32;

    private int _streams;

    /// <summary>Adds the endpoints.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        MapLook(routes, "/", http => SendAsset(http, "index.html"));
        MapLook(routes, "/assets/{name}", http => SendAsset(http, (string)http.Request.RouteValues["name"]!));
        routes.MapGet("/events", StreamAsync);
        MapLook(routes, "/api/map", http => map.Json is { } json ? SendJson(http, json) : SendText(http, StatusCodes.Status404NotFound, "There is no map yet: the first model version is not embedded."));
        MapLook(routes, "/api/neighbours/{id}", NeighboursAsync);
        MapLook(routes, "/api/pictures/{id}", PictureAsync);
        MapLook(routes, "/healthz", HealthAsync);
        MapLook(routes, "/readyz", ReadyAsync);
        if (session is not null)
        {
            MapLook(routes, RequestGuard.SignIn, http => SendAsset(http, "sign-in.html"));
            routes.MapPost(RequestGuard.SignIn, SignInAsync);
        }
    }

    private static void MapLook(IEndpointRouteBuilder routes, string path, RequestDelegate answer) => routes.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], answer);

    private Task HealthAsync(HttpContext http) => Readiness.Fatal(feed.Condition) is { } fatal
        ? SendText(http, StatusCodes.Status503ServiceUnavailable, fatal)
        : SendText(http, StatusCodes.Status200OK, "alive");

    private Task ReadyAsync(HttpContext http) => Readiness.Problems(feed.Condition) is { Count: > 0 } problems
        ? SendText(http, StatusCodes.Status503ServiceUnavailable, string.Join('\n', problems))
        : SendText(http, StatusCodes.Status200OK, "ready");

    private Task NeighboursAsync(HttpContext http) => Id(http) is { } id && map.NeighboursOf(id) is { } view
        ? SendJson(http, JsonSerializer.SerializeToUtf8Bytes(view, WebJson.Default.NeighbourView))
        : NotInSample(http);

    private Task PictureAsync(HttpContext http)
    {
        if (Id(http) is not { } id || map.Record(id) is not { } record)
        {
            return NotInSample(http);
        }

        var part = parts[record.Part];
        if (part.Kind == PartKind.Text)
        {
            return SendText(http, StatusCodes.Status404NotFound, $"Part {part.Name} is a text; /api/map and /api/neighbours hold it.");
        }

        http.Response.Headers.CacheControl = "private, max-age=600";
        return Send(http, "image/png", PicturePng.Of(record.Row.Span, new ImageShape(part.Height, part.Width, part.Channels)));
    }

    private static Task NotInSample(HttpContext http) => SendText(http, StatusCodes.Status404NotFound, "No such record is in the sample; it may have left it.");

    private async Task StreamAsync(HttpContext http)
    {
        if (Interlocked.Increment(ref _streams) > MostStreams)
        {
            Interlocked.Decrement(ref _streams);
            http.Response.Headers.RetryAfter = "30";
            await SendText(http, StatusCodes.Status503ServiceUnavailable, $"{MostStreams} pages are open already; close one.").ConfigureAwait(false);
            return;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        try
        {
            http.Response.ContentType = "text/event-stream";
            http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await http.Response.Body.WriteAsync(feed.History().Bytes, ending.Token).ConfigureAwait(false);
            for (Frame? seen = null; ; await http.Response.Body.FlushAsync(ending.Token).ConfigureAwait(false))
            {
                seen = await feed.NextAsync(seen, ending.Token).ConfigureAwait(false);
                await http.Response.Body.WriteAsync(seen.Bytes, ending.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The visitor has left, or the server ends.
        }
        finally
        {
            Interlocked.Decrement(ref _streams);
        }
    }

    private async Task SignInAsync(HttpContext http)
    {
        var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(http.RequestAborted).ConfigureAwait(false) : FormCollection.Empty;
        var admitted = session!.IsToken(form["token"].ToString());
        if (admitted)
        {
            session.Begin(http.Response);
        }

        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = admitted ? "/" : $"{RequestGuard.SignIn}#refused";
    }

    private static Task SendAsset(HttpContext http, string name)
    {
        if (!EmbeddedAssets.All.TryGetValue(name, out var asset))
        {
            return SendText(http, StatusCodes.Status404NotFound, "There is no such file.");
        }

        http.Response.Headers.CacheControl = "no-cache"; // Kept, and asked for again: another version of the program has other files.
        http.Response.Headers.ETag = asset.Tag;
        if (http.Request.Headers.IfNoneMatch == asset.Tag)
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        return Send(http, asset.ContentType, asset.Content);
    }

    private static long? Id(HttpContext http) =>
        long.TryParse((string?)http.Request.RouteValues["id"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private static Task SendJson(HttpContext http, byte[] json) => Send(http, "application/json; charset=utf-8", json);

    private static Task SendText(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        return Send(http, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text + "\n"));
    }

    private static Task Send(HttpContext http, string type, byte[] content)
    {
        (http.Response.ContentType, http.Response.ContentLength) = (type, content.Length);
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.Body.WriteAsync(content, http.RequestAborted).AsTask();
    }
}
