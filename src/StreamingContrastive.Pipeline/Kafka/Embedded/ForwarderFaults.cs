namespace StreamingContrastive.Pipeline.Kafka.Embedded;

/// <summary>Faults of a <see cref="TcpForwarder"/>, for tests. Each may be set at any time, from any thread.</summary>
public sealed class ForwarderFaults
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _stall;
    private long _cutAfter = -1;
    private long _delayTicks;

    /// <summary>Waits before every piece of data in either direction. Default none.</summary>
    public TimeSpan Delay
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _delayTicks));
        set => Interlocked.Exchange(ref _delayTicks, value.Ticks);
    }

    /// <summary>Resets every new connection at once.</summary>
    public bool RefuseConnections { get; set; }

    /// <summary>Moves no byte any more while connections stay open (a half-open connection), until <see cref="Resume"/>.</summary>
    public void Stall()
    {
        lock (_gate)
        {
            _stall ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Ends <see cref="Stall"/>; what had been held back goes on.</summary>
    public void Resume()
    {
        lock (_gate)
        {
            _stall?.SetResult();
            _stall = null;
        }
    }

    /// <summary>Lets so many more bytes of answers through, then resets the connection in the middle of a frame, once.</summary>
    public void CutAnswersAfter(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Interlocked.Exchange(ref _cutAfter, bytes);
    }

    internal Task Passage()
    {
        lock (_gate)
        {
            return _stall?.Task ?? Task.CompletedTask;
        }
    }

    /// <summary>How many of <paramref name="count"/> answer bytes may pass; fewer means: cut now.</summary>
    internal int Admit(int count)
    {
        lock (_gate)
        {
            var left = Interlocked.Read(ref _cutAfter);
            if (left < 0)
            {
                return count;
            }

            var admitted = (int)Math.Min(left, count);
            Interlocked.Exchange(ref _cutAfter, admitted < count ? -1 : left - count);
            return admitted;
        }
    }
}
