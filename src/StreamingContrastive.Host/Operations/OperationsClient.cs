using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Web;
using StreamingContrastive.Host.Web.Security;
using StreamingContrastive.Pipeline.Operations;

namespace StreamingContrastive.Host.Operations;

/// <summary>A node could not be asked, or did not want to be.</summary>
#pragma warning disable CA1032 // Nobody throws it without words.
internal sealed class NodeAnswerException(string message, Exception? inner = null) : Exception(message, inner);
#pragma warning restore CA1032

/// <summary>
/// Asks a node over its web port. HTTP, because that port is there already with its token and its checks, and reaches into a pod by port
/// forwarding: a client of the cluster would need a certificate, and whoever has one is a node.
/// </summary>
internal sealed class OperationsClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _node;

    /// <summary>A client for one node.</summary>
    /// <param name="node">Address of its web port.</param>
    /// <param name="token">Its token; null without one.</param>
    /// <param name="insecureNetwork">The token may cross a network in clear text.</param>
    /// <exception cref="UsageException">The address is none, or the token would be readable on the way.</exception>
    public OperationsClient(string node, string? token, bool insecureNetwork)
    {
        if (!Uri.TryCreate(node.Contains("://", StringComparison.Ordinal) ? node : $"http://{node}", UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new UsageException($"--node is '{node}'; allowed is the web address of a node, such as {WebAddress.Default} or https://node.example:8443.");
        }

        if (token is not null && uri is { Scheme: "http", IsLoopback: false } && !insecureNetwork)
        {
            throw new UsageException($"The token would cross the network to {uri.Host} in clear text. Take https, forward the port to this machine (ssh -L, kubectl port-forward), or add --insecure-network.");
        }

        _node = uri;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = uri, Timeout = TimeSpan.FromMinutes(3) };
        _http.DefaultRequestHeaders.Add(RequestGuard.OperateHeader, "operate");
        if (token is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>How the pipeline is.</summary>
    /// <exception cref="NodeAnswerException">The node does not answer, or refuses.</exception>
    public async Task<PipelineStatus> StatusAsync(CancellationToken cancellation)
    {
        using var answer = await SendAsync(HttpMethod.Get, OperationEndpoints.StatusPath, cancellation).ConfigureAwait(false);
        await RequireAsync(answer, cancellation).ConfigureAwait(false);
        if (answer.StatusCode == HttpStatusCode.NoContent)
        {
            throw new NodeAnswerException($"The pipeline at {_node} is being started or ends: ask again in a moment.");
        }

        try
        {
            var shown = await answer.Content.ReadFromJsonAsync(WebJson.Default.ShownStatus, cancellation).ConfigureAwait(false);
            return shown?.Status ?? throw new NodeAnswerException($"{_node} answered with nothing.");
        }
        catch (JsonException e)
        {
            throw new NodeAnswerException($"{_node} does not answer as a node of this program does: {e.Message}", e);
        }
    }

    /// <summary>Does something.</summary>
    /// <exception cref="NodeAnswerException">The node does not answer, or refuses the token.</exception>
    public async Task<OperationResult> DoAsync(PipelineOperation operation, CancellationToken cancellation)
    {
        using var answer = await SendAsync(HttpMethod.Post, OperationEndpoints.PathOf(operation), cancellation).ConfigureAwait(false);
        if (answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Conflict))
        {
            await RequireAsync(answer, cancellation).ConfigureAwait(false);
        }

        return new OperationResult(answer.IsSuccessStatusCode, (await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false)).Trim());
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path);
        try
        {
            return await _http.SendAsync(request, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            var why = e.InnerException is SocketException socket ? socket.Message : e.Message;
            throw new NodeAnswerException($"{_node} does not answer: {why}. Is it the web address of a node (run --web {WebAddress.Default})? --node names another.", e);
        }
    }

    private async Task RequireAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        if (!answer.IsSuccessStatusCode)
        {
            var words = (await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false)).Trim();
            var token = answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? $" The token comes from {WebSettings.TokenVariable} or --web-token-file." : "";
            throw new NodeAnswerException($"{_node} answers {(int)answer.StatusCode}: {words}{token}");
        }
    }
}
