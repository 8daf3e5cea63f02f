using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace StreamingContrastive.IntegrationTests.Source;

/// <summary>Keeps what was logged at information and above.</summary>
internal sealed class RecordingLogger : ILogger
{
    internal ConcurrentQueue<(int Event, LogLevel Level, string Text)> Entries { get; } = new();

    internal int Count(int eventId) => Entries.Count(entry => entry.Event == eventId);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Entries.Enqueue((eventId.Id, logLevel, formatter(state, exception)));
        }
    }
}
