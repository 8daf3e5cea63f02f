using System.Net;
using System.Net.Sockets;
using StreamingContrastive.Pipeline.Kafka.Embedded;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Embedded;

public sealed class TcpForwarderTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Socket _target = Listening();
    private readonly HeldTimers _clock = new();
    private readonly TcpForwarder _forwarder;

    public TcpForwarderTests() =>
        _forwarder = TcpForwarder.Start(new IPEndPoint(IPAddress.Loopback, 0), (IPEndPoint)_target.LocalEndPoint!, _clock);

    public async ValueTask DisposeAsync()
    {
        await _forwarder.DisposeAsync();
        _target.Dispose();
    }

    [Fact]
    public async Task Forward_AMegabyteEachWay_ArrivesUnchangedAndEndsInOrder()
    {
        var (client, server) = await ConnectAsync();
        var request = RandomBytes(1, 1_000_000);
        var answer = RandomBytes(2, 1_000_003);

        var send = SendAndShutdownAsync(client, request);
        var received = await ReadToEndAsync(server);
        var reply = SendAndShutdownAsync(server, answer);

        received.ShouldBe(request);
        (await ReadToEndAsync(client)).ShouldBe(answer);
        await Task.WhenAll(send, reply).WaitAsync(Patience);
        await UntilAsync(() => _forwarder.ConnectionsOpen == 0);
        _forwarder.ConnectionsAccepted.ShouldBe(1);
        _forwarder.ConnectionsFailed.ShouldBe(0);
    }

    [Fact]
    public async Task Forward_AHalfClosedConnection_StillCarriesTheAnswer()
    {
        var (client, server) = await ConnectAsync();

        await SendAndShutdownAsync(client, [1, 2]);
        (await ReadToEndAsync(server)).ShouldBe([1, 2]);
        await server.SendAsync(new byte[] { 3 });

        (await ReadAsync(client, 1)).ShouldBe([3]);
    }

    [Fact]
    public void Start_OnAPortInUse_NamesThePortAndWhatToDo()
    {
        var e = Should.Throw<EmbeddedKafkaException>(() =>
            TcpForwarder.Start(new IPEndPoint(IPAddress.Loopback, _forwarder.Port), (IPEndPoint)_target.LocalEndPoint!, TimeProvider.System));

        e.Message.ShouldStartWith($"Port {_forwarder.Port} on 127.0.0.1 cannot be opened");
        e.Message.ShouldContain("--port");
    }

    [Fact]
    public async Task Stall_WithDataUnderWay_HoldsItUntilResume()
    {
        var (client, server) = await ConnectAsync();
        _forwarder.Faults.Stall();
        await client.SendAsync(new byte[] { 1 });
        var read = ReadAsync(server, 1);

        await UntilAsync(() => _forwarder.Faults.HeldBack == 1);
        read.IsCompleted.ShouldBeFalse();
        _forwarder.Faults.Resume();

        (await read).ShouldBe([1]);
    }

    [Fact]
    public async Task Delay_OfAConnection_HoldsDataUntilTheTimerFires()
    {
        var (client, server) = await ConnectAsync();
        _forwarder.Faults.Delay = TimeSpan.FromMilliseconds(300);
        await client.SendAsync(new byte[] { 1 });
        var read = ReadAsync(server, 1);

        var due = await _clock.NextAsync().WaitAsync(Patience);
        read.IsCompleted.ShouldBeFalse();
        _clock.Fire();

        due.ShouldBe(TimeSpan.FromMilliseconds(300));
        (await read).ShouldBe([1]);
    }

    [Fact]
    public async Task ResetConnections_OfAnOpenOne_ResetsBothEndsAndAcceptsNewOnes()
    {
        var (client, server) = await ConnectAsync();

        _forwarder.ResetConnections();

        (await Should.ThrowAsync<SocketException>(() => ReadAsync(client, 1))).SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
        (await Should.ThrowAsync<SocketException>(() => ReadAsync(server, 1))).SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
        var (again, other) = await ConnectAsync();
        await again.SendAsync(new byte[] { 7 });
        (await ReadAsync(other, 1)).ShouldBe([7]);
        _forwarder.ConnectionsFailed.ShouldBe(1);
    }

    [Fact]
    public async Task CutAnswersAfter_SomeBytes_TruncatesTheAnswerOnce()
    {
        var (client, server) = await ConnectAsync();
        _forwarder.Faults.CutAnswersAfter(3);

        await server.SendAsync(new byte[] { 1, 2, 3, 4, 5 });

        await Should.ThrowAsync<SocketException>(async () =>
        {
            (await ReadAsync(client, 3)).ShouldBe([1, 2, 3]);
            await ReadAsync(client, 1);
        });
        var (again, other) = await ConnectAsync();
        await other.SendAsync(new byte[] { 1, 2, 3, 4, 5 });
        (await ReadAsync(again, 5)).ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task RefuseConnections_WhileSet_ResetsNewOnes()
    {
        _forwarder.Faults.RefuseConnections = true;
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);

        await Should.ThrowAsync<SocketException>(async () =>
        {
            await client.ConnectAsync(IPAddress.Loopback, _forwarder.Port);
            await ReadAsync(client, 1);
        });
    }

    [Fact]
    public async Task Connect_ToATargetThatIsAway_ResetsTheClientAndCounts()
    {
        _target.Dispose();
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);

        await Should.ThrowAsync<SocketException>(async () =>
        {
            await client.ConnectAsync(IPAddress.Loopback, _forwarder.Port);
            await ReadAsync(client, 1);
        });
        await UntilAsync(() => _forwarder.ConnectionsFailed == 1);
    }

    [Fact]
    public async Task DisposeAsync_WithStalledConnections_EndsThemAndFreesThePort()
    {
        var (client, _) = await ConnectAsync();
        _forwarder.Faults.Stall();
        await client.SendAsync(new byte[] { 1 });
        await UntilAsync(() => _forwarder.Faults.HeldBack == 1);

        await _forwarder.DisposeAsync().AsTask().WaitAsync(Patience);
        await _forwarder.DisposeAsync();

        _forwarder.ConnectionsOpen.ShouldBe(0);
        _forwarder.Completion.IsCompletedSuccessfully.ShouldBeTrue();
        await using var next = TcpForwarder.Start(new IPEndPoint(IPAddress.Loopback, _forwarder.Port), (IPEndPoint)_target.LocalEndPoint!, TimeProvider.System);
        next.Port.ShouldBe(_forwarder.Port);
    }

    private static Socket Listening()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }

    private static byte[] RandomBytes(int seed, int count)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task SendAndShutdownAsync(Socket socket, byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent)).AsTask().WaitAsync(Patience);
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task<byte[]> ReadAsync(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var got = await socket.ReceiveAsync(bytes.AsMemory(read)).AsTask().WaitAsync(Patience);
            got.ShouldBeGreaterThan(0, "the connection ended early");
            read += got;
        }

        return bytes;
    }

    private static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        using var all = new MemoryStream();
        var buffer = new byte[8192];
        while (await socket.ReceiveAsync(buffer.AsMemory()).AsTask().WaitAsync(Patience) is var got and > 0)
        {
            all.Write(buffer, 0, got);
        }

        return all.ToArray();
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private async Task<(Socket Client, Socket Server)> ConnectAsync()
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var accept = _target.AcceptAsync();
        await client.ConnectAsync(IPAddress.Loopback, _forwarder.Port);
        return (client, await accept.WaitAsync(Patience));
    }

    /// <summary>A clock whose timers fire only when told to, and that says when one was set.</summary>
    private sealed class HeldTimers : TimeProvider
    {
        private readonly TaskCompletionSource<TimeSpan> _set = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Action? _fire;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _fire = () => callback(state);
            _set.TrySetResult(dueTime);
            return new Nothing();
        }

        internal Task<TimeSpan> NextAsync() => _set.Task;

        internal void Fire() => _fire!();

        private sealed class Nothing : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
