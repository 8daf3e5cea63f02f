using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace StreamingContrastive.Pipeline.Kafka.Embedded;

/// <summary>
/// Listens on one address and passes bytes both ways to another; knows nothing of Kafka. It gives the embedded broker a fixed port
/// (librdkafka takes any free one), and tests a place to stall, delay and cut connections.
/// </summary>
public sealed class TcpForwarder : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ForwardedConnection, Task> _open = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Socket _listener;
    private readonly IPEndPoint _target;
    private readonly TimeProvider _clock;
    private long _accepted;
    private long _failed;

    private TcpForwarder(Socket listener, IPEndPoint target, TimeProvider clock)
    {
        _listener = listener;
        _target = target;
        _clock = clock;
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        Completion = Task.Run(AcceptAsync);
    }

    /// <summary>The port that it listens on.</summary>
    public int Port { get; }

    /// <summary>Faults to inject.</summary>
    public ForwarderFaults Faults { get; } = new();

    /// <summary>Ends when it is stopped; fails when it cannot accept connections any more.</summary>
    public Task Completion { get; }

    /// <summary>Connections accepted so far.</summary>
    public long ConnectionsAccepted => Interlocked.Read(ref _accepted);

    /// <summary>Connections that ended by a reset of either end or because the target could not be reached.</summary>
    public long ConnectionsFailed => Interlocked.Read(ref _failed);

    /// <summary>Connections open now.</summary>
    public int ConnectionsOpen => _open.Count;

    /// <summary>Listens on <paramref name="listen"/> (port 0: any free one) from the moment that this returns.</summary>
    /// <exception cref="EmbeddedKafkaException">The port is in use or may not be taken; the message names it.</exception>
    public static TcpForwarder Start(IPEndPoint listen, IPEndPoint target, TimeProvider clock)
    {
        var listener = new Socket(listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(listen);
            listener.Listen(512);
        }
        catch (SocketException e)
        {
            listener.Dispose();
            var advice = e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse =>
                    $"Another program listens there, perhaps a broker that is still running (ss -ltnp 'sport = :{listen.Port}' names it). " +
                    "Stop it, or choose another port with --port.",
                SocketError.AccessDenied => "Ports below 1024 need privileges. Choose a higher one with --port.",
                _ => "Choose another address or port.",
            };
            throw new EmbeddedKafkaException($"Port {listen.Port} on {listen.Address} cannot be opened: {e.Message}. {advice}", e);
        }

        return new TcpForwarder(listener, target, clock);
    }

    /// <summary>Resets every open connection; new ones are accepted.</summary>
    public void ResetConnections()
    {
        foreach (var connection in _open.Keys)
        {
            connection.Reset();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Stop();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_open.Values).ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>Closes the listener and every connection, and does not wait for them.</summary>
    internal void Stop()
    {
        _stopping.Cancel();
        _listener.Dispose();
        ResetConnections();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptAsync(_stopping.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (_stopping.IsCancellationRequested && e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
            {
                // The client left between its handshake and our accept; that ends nobody else's connection.
                continue;
            }

            Interlocked.Increment(ref _accepted);
            var connection = new ForwardedConnection(client, Faults, _clock);
            var started = new TaskCompletionSource();
            _open[connection] = ServeAsync(connection, started.Task);
            started.SetResult();
        }
    }

    // Waits until it stands in the table, so that its own removal cannot come first.
    private async Task ServeAsync(ForwardedConnection connection, Task started)
    {
        await started.ConfigureAwait(false);
        if (!await connection.RunAsync(_target, _stopping.Token).ConfigureAwait(false))
        {
            Interlocked.Increment(ref _failed);
        }

        _open.TryRemove(connection, out _);
    }
}
