using System.Threading.Channels;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>
/// The way from the consumer's thread into the bounded channel. What does not fit waits here; the thread takes no record while anything
/// waits, so at most one chunk and one partial chunk a partition do. Consumer thread only.
/// </summary>
internal sealed class EventOutlet
{
    private readonly Channel<SourceEvent> _channel;
    private readonly int _capacity;
    private readonly CommandQueue _commands;
    private Queue<SourceEvent> _waiting = new();
    private Task _room = Task.CompletedTask;

    /// <summary>Opens the way.</summary>
    /// <param name="channel">A bounded channel.</param>
    /// <param name="capacity">Its bound.</param>
    /// <param name="commands">Its bell rings when the channel has room, as it does for a command.</param>
    public EventOutlet(Channel<SourceEvent> channel, int capacity, CommandQueue commands) => (_channel, _capacity, _commands) = (channel, capacity, commands);

    /// <summary>True when the reader has taken half of what the channel holds: resuming earlier would pause again at once.</summary>
    public bool IsDrained => _waiting.Count == 0 && _channel.Reader.Count <= _capacity / 2;

    /// <summary>Appends an event.</summary>
    public void Enqueue(SourceEvent item) => _waiting.Enqueue(item);

    /// <summary>Moves what fits into the channel; true when nothing waits.</summary>
    public bool Publish()
    {
        while (_waiting.TryPeek(out var item))
        {
            if (!_channel.Writer.TryWrite(item))
            {
                return false;
            }

            _waiting.Dequeue();
        }

        return true;
    }

    /// <summary>Drops what waits of a partition and returns how many events that were.</summary>
    public int Drop(PartitionId partition)
    {
        int before = _waiting.Count;
        if (before > 0)
        {
            _waiting = new Queue<SourceEvent>(_waiting.Where(item => item.Partition != partition));
        }

        return before - _waiting.Count;
    }

    /// <summary>Blocks the thread until the channel has room, a command came, or the time is over.</summary>
    public void WaitForRoom(TimeSpan longest)
    {
        if (_room.IsCompleted)
        {
            _room = SignalRoomAsync();
        }

        _commands.WaitForBell(longest);
    }

    private async Task SignalRoomAsync()
    {
        if (await _channel.Writer.WaitToWriteAsync().ConfigureAwait(false))
        {
            _commands.Ring();
        }
    }
}
