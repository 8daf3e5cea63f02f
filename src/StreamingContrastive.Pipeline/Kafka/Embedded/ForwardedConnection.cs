using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace StreamingContrastive.Pipeline.Kafka.Embedded;

/// <summary>
/// One client of a <see cref="TcpForwarder"/> and its connection to the target: two pumps, each with a pooled buffer. An end that
/// stops sending (half-close) is passed on while the other direction goes on; any error resets both ends.
/// </summary>
internal sealed class ForwardedConnection(Socket client, ForwarderFaults faults, TimeProvider clock)
{
    private const int BufferBytes = 64 * 1024;

    // A completion source and not a cancellation source: it may be set after the connection has ended, and needs no disposal.
    private readonly TaskCompletionSource _reset = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Cuts both ends with a TCP reset; may be called at any time, from any thread.</summary>
    internal void Reset() => _reset.TrySetResult();

    /// <summary>Runs until both directions have ended, and closes both ends.</summary>
    /// <returns>True when both ended in order, false when the connection was reset or the target not reached.</returns>
    internal async Task<bool> RunAsync(IPEndPoint target, CancellationToken stopping)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var server = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var ordered = false;
        try
        {
            if (!faults.RefuseConnections)
            {
                client.NoDelay = true;
                await server.ConnectAsync(target, cancel.Token).ConfigureAwait(false);
                await PumpBothAsync(server, cancel).ConfigureAwait(false);
                ordered = true;
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // An end that resets, a target that is down, a fault or a stop: the caller counts it, both ends learn it by a reset.
        }
        finally
        {
            Close(client, abort: !ordered);
            Close(server, abort: !ordered);
        }

        return ordered;
    }

    private static void Close(Socket socket, bool abort)
    {
        if (abort)
        {
            // Lingering for zero seconds turns the close into a reset: the peer learns at once.
            socket.LingerState = new LingerOption(true, 0);
        }

        socket.Dispose();
    }

    private async Task PumpBothAsync(Socket server, CancellationTokenSource cancel)
    {
        var requests = PumpAsync(client, server, answers: false, cancel.Token);
        var answers = PumpAsync(server, client, answers: true, cancel.Token);
        var both = Task.WhenAll(requests, answers);

        // Whichever comes first of: a direction failed, both ended, somebody asked for a reset. After a failure or a reset the other
        // direction has lost its purpose.
        await Task.WhenAny(both, FirstFailure(requests, answers), _reset.Task).ConfigureAwait(false);
        if (!both.IsCompletedSuccessfully)
        {
            await cancel.CancelAsync().ConfigureAwait(false);
        }

        await both.ConfigureAwait(false);
    }

    // Ends when a direction fails; otherwise with both of them.
    private static async Task FirstFailure(Task requests, Task answers)
    {
        await foreach (var pump in Task.WhenEach(requests, answers).ConfigureAwait(false))
        {
            if (!pump.IsCompletedSuccessfully)
            {
                return;
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool answers, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (await from.ReceiveAsync(buffer.AsMemory(0, BufferBytes), SocketFlags.None, cancel).ConfigureAwait(false) is var count and > 0)
            {
                await faults.Passage().WaitAsync(cancel).ConfigureAwait(false);
                if (faults.Delay is var delay && delay > TimeSpan.Zero)
                {
                    await Task.Delay(delay, clock, cancel).ConfigureAwait(false);
                }

                var admitted = answers ? faults.Admit(count) : count;
                for (var sent = 0; sent < admitted;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, admitted - sent), SocketFlags.None, cancel).ConfigureAwait(false);
                }

                if (admitted < count)
                {
                    throw new OperationCanceledException("The answer was cut, as ForwarderFaults asked.");
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
