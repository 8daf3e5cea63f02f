using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>Commands on their way to the consumer's thread, and the bell that ends its wait. Any thread, also after the end.</summary>
internal sealed class CommandQueue : IDisposable
{
    private readonly ConcurrentQueue<SourceCommand> _commands = new();
    private readonly AutoResetEvent _bell = new(initialState: false);
    private readonly Lock _gate = new();
    private bool _disposed;

    /// <summary>Appends a command; after the end it is dropped.</summary>
    public void Post(SourceCommand command)
    {
        _commands.Enqueue(command);
        Ring();
    }

    /// <summary>Ends the thread's wait.</summary>
    public void Ring()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _bell.Set();
            }
        }
    }

    /// <summary>Takes the oldest command.</summary>
    public bool TryTake([NotNullWhen(true)] out SourceCommand? command) => _commands.TryDequeue(out command);

    /// <summary>Blocks the consumer's thread until the bell rings or the time is over.</summary>
    public void WaitForBell(TimeSpan longest) => _bell.WaitOne(longest);

    /// <summary>The consumer's thread is over.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _bell.Dispose();
        }
    }
}
