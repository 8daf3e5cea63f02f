using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Web.Feed;
using StreamingContrastive.Host.Web.Map;
using StreamingContrastive.Host.Web.Security;
using StreamingContrastive.Pipeline.Kafka.Topics;

namespace StreamingContrastive.Host.Web;

/// <summary>The dashboard of a running pipeline: a web server in the same process that looks, and passes on what an operator with the token asks for.</summary>
internal sealed class WebDashboard : IAsyncDisposable
{
    // A page loads some twenty pictures at once and keeps one stream; nothing that is sent here is large.
    private const int MostConnections = 256;
    private const int MostRequestBytes = 4096;

    private readonly WebApplication _app;
    private readonly DashboardFeed _feed;
    private readonly BrokerHeartbeat _heartbeat;

    private WebDashboard(WebApplication app, DashboardFeed feed, BrokerHeartbeat heartbeat) => (_app, _feed, _heartbeat) = (app, feed, heartbeat);

    /// <summary>Where it is.</summary>
    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>
    /// Starts it and says where, where it is wanted. An address that cannot be had is a warning with what to do, unless somebody asked for it.
    /// </summary>
    /// <returns>The dashboard; null where there is none.</returns>
    /// <exception cref="WebAddressException">The address that was asked for cannot be had.</exception>
    public static async Task<WebDashboard?> TryStartAsync(WebSettings settings, DashboardSubject subject, TextWriter output, TextWriter warnings)
    {
        if (settings.Address is null)
        {
            return null;
        }

        try
        {
            var dashboard = await StartAsync(settings, subject).ConfigureAwait(false);
            await output.WriteLineAsync($"Dashboard: {dashboard.Url}").ConfigureAwait(false);
            return dashboard;
        }
        catch (WebAddressException e) when (!settings.IsDemanded)
        {
            await warnings.WriteLineAsync($"No dashboard: {e.Message}").ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Starts it.</summary>
    /// <exception cref="WebAddressException">The address cannot be had.</exception>
    public static async Task<WebDashboard> StartAsync(WebSettings settings, DashboardSubject subject)
    {
        var address = settings.Address!;
        var heartbeat = BrokerHeartbeat.Start(subject.Options.Kafka, $"{subject.Options.Name}-dashboard", subject.Clock);
        var map = new EmbeddingMap(subject.Board.Sample, subject.LabelNames, subject.Options.Input.Layout.Parts);
        var feed = new DashboardFeed(subject, map, () => heartbeat.SinceAnswer);
        var app = Build(address, settings.Token is { } token ? new Session(token) : null, subject, feed, map);
        var dashboard = new WebDashboard(app, feed, heartbeat);
        try
        {
            await app.StartAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await dashboard.DisposeAsync().ConfigureAwait(false);
            throw new WebAddressException(address, e.InnerException is AddressInUseException, e);
        }

        feed.Start();
        return dashboard;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        await _feed.DisposeAsync().ConfigureAwait(false);
        await _heartbeat.DisposeAsync().ConfigureAwait(false);
    }

    // The empty builder: no settings file of the working directory and no variable meant for another program decides where this listens.
    private static WebApplication Build(WebAddress address, Session? session, DashboardSubject subject, DashboardFeed feed, EmbeddingMap map)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(WebDashboard).Assembly.GetName().Name });
        builder.Services.AddSingleton(subject.Logging);
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        builder.Services.AddRoutingCore();
        builder.Services.AddPipelineMetrics();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxRequestBodySize = MostRequestBytes;
            kestrel.Listen(address.Address, address.Port);
        });
        var app = builder.Build();
        app.Use((http, next) => new RequestGuard(session).InvokeAsync(http, next));
        app.UseRouting();
        app.MapPipelineMetrics();
        new WebEndpoints(feed, map, subject.Options.Input.Layout.Parts, session, app.Lifetime.ApplicationStopping).Map(app);
        new OperationEndpoints(subject.Operations, canOperate: session is not null).Map(app);
        return app;
    }

    /// <summary>Ctrl-C belongs to the command that the dashboard is part of: the page is there until the last checkpoint is.</summary>
    private sealed class EmbeddedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
