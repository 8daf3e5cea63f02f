using Microsoft.Extensions.Logging;

namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>
/// Says in the log what the time of a takeover went into. The first part, from the failure to its detection, can only be seen from outside.
/// Told by several threads.
/// </summary>
internal sealed class TakeoverLaps(TimeProvider clock, ILogger log)
{
    private readonly Lock _gate = new();
    private long? _unreachable;
    private long? _last;
    private bool _stoodBy;

    /// <summary>A trainer is no longer heard of: detection has ended, resolution begins.</summary>
    public void Unreachable(string node)
    {
        lock (_gate)
        {
            _unreachable ??= clock.GetTimestamp();
            _last = clock.GetTimestamp();
        }

        log.LogWarning("Takeover: the trainer node {Node} is unreachable; the split-brain resolver decides after its time of stability", node);
    }

    /// <summary>It is heard of again.</summary>
    public void Reachable()
    {
        lock (_gate)
        {
            (_unreachable, _last) = (null, null);
        }
    }

    /// <summary>It is no longer a member.</summary>
    public void Removed(string node) => Lap($"resolution: {node} is no longer a member");

    /// <summary>This node has stood by since here.</summary>
    public void StandsBy()
    {
        lock (_gate)
        {
            _stoodBy = true;
        }
    }

    /// <summary>The singleton starts on this node.</summary>
    public void Activated() => Lap("hand-over: this node is the trainer now");

    /// <summary>Brokers, checkpoint and epoch.</summary>
    public void Opened() => Lap("load: brokers, checkpoint verified, epoch begun");

    /// <summary>The model is restored; ingest nodes are answered from here on.</summary>
    public void Restored()
    {
        Lap("load: model and state");
        lock (_gate)
        {
            if (_unreachable is { } began && _stoodBy)
            {
                log.LogWarning("Takeover: {Seconds:0.00} s from the detection to a trainer that takes chunks", clock.GetElapsedTime(began).TotalSeconds);
            }

            (_unreachable, _last) = (null, null);
        }
    }

    private void Lap(string what)
    {
        lock (_gate)
        {
            if (_last is { } last)
            {
                log.LogWarning("Takeover: {Seconds:0.00} s {What}", clock.GetElapsedTime(last).TotalSeconds, what);
            }

            _last = clock.GetTimestamp();
        }
    }
}
