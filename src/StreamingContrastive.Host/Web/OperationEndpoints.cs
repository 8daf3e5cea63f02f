using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StreamingContrastive.Host.Web.Security;
using StreamingContrastive.Pipeline.Operations;

namespace StreamingContrastive.Host.Web;

/// <summary>The status as it is shown.</summary>
/// <param name="Status">The status.</param>
/// <param name="CanOperate">Whether whoever sees it may also operate: there is a token.</param>
internal sealed record ShownStatus(PipelineStatus Status, bool CanOperate);

/// <summary>
/// Status and operations of the pipeline, at any of its nodes. The only part of the web port that changes anything, so it asks for a token
/// even on loopback: <see cref="RequestGuard"/> has let the request pass.
/// </summary>
/// <param name="operations">The run's operations.</param>
/// <param name="canOperate">There is a token.</param>
internal sealed class OperationEndpoints(OperationsBoard operations, bool canOperate)
{
    /// <summary>The status.</summary>
    public const string StatusPath = "/api/status";

    // A checkpoint of a large encoder on a slow disk; a step-down answers before it begins.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly Dictionary<string, PipelineOperation> _names = new(StringComparer.Ordinal)
    {
        ["pause"] = PipelineOperation.Pause,
        ["resume"] = PipelineOperation.Resume,
        ["checkpoint"] = PipelineOperation.Checkpoint,
        ["step-down"] = PipelineOperation.StepDown,
    };

    /// <summary>Adds the endpoints.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(StatusPath, [HttpMethods.Get, HttpMethods.Head], StatusAsync);
        routes.MapPost(RequestGuard.Operations + "{name}", OperateAsync);
    }

    /// <summary>The path of an operation.</summary>
    public static string PathOf(PipelineOperation operation) => RequestGuard.Operations + _names.First(n => n.Value == operation).Key;

    private async Task StatusAsync(HttpContext http)
    {
        if (operations.Current is not { } current)
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent; // Being started, or at its end: no fault, and nothing to say.
            return;
        }

        var status = await current.StatusAsync(http.RequestAborted).ConfigureAwait(false);
        http.Response.ContentType = "application/json; charset=utf-8";
        var json = JsonSerializer.SerializeToUtf8Bytes(new ShownStatus(status, canOperate), WebJson.Default.ShownStatus);
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(json, http.RequestAborted).ConfigureAwait(false);
        }
    }

    private async Task OperateAsync(HttpContext http)
    {
        if (!_names.TryGetValue((string?)http.Request.RouteValues["name"] ?? "", out var operation))
        {
            await SendText(http, StatusCodes.Status404NotFound, $"There is no such operation; there are {string.Join(", ", _names.Keys)}.").ConfigureAwait(false);
            return;
        }

        if (operations.Current is not { } current)
        {
            await SendText(http, StatusCodes.Status503ServiceUnavailable, "The pipeline is being started or ends.").ConfigureAwait(false);
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        limit.CancelAfter(Patience);
        var result = await current.DoAsync(operation, limit.Token).ConfigureAwait(false);
        await SendText(http, result.IsDone ? StatusCodes.Status200OK : StatusCodes.Status409Conflict, result.Text).ConfigureAwait(false);
    }

    private static Task SendText(HttpContext http, int status, string text)
    {
        (http.Response.StatusCode, http.Response.ContentType) = (status, "text/plain; charset=utf-8");
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text + "\n"), http.RequestAborted).AsTask();
    }
}
