using System.Collections.Concurrent;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>Commands on their way to the consumer's thread. Posted by any thread.</summary>
internal sealed class CommandQueue : IDisposable
{
    /// <summary>What the thread has not obeyed yet.</summary>
    public ConcurrentQueue<SourceCommand> Items { get; } = new();

    /// <summary>Ends the thread's wait for room in the channel.</summary>
    public AutoResetEvent Wake { get; } = new(initialState: false);

    /// <summary>Appends a command.</summary>
    public void Post(SourceCommand command)
    {
        Items.Enqueue(command);
        Wake.Set();
    }

    /// <inheritdoc />
    public void Dispose() => Wake.Dispose();
}
