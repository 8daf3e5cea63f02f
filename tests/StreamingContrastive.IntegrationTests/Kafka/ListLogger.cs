using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace StreamingContrastive.IntegrationTests.Kafka;

/// <summary>Keeps what is logged, each with the time since the first entry could have come.</summary>
internal sealed class ListLogger : ILogger
{
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private readonly ConcurrentQueue<(TimeSpan After, LogLevel Level, string Text)> _entries = new();

    internal IReadOnlyList<(TimeSpan After, LogLevel Level, string Text)> Entries => [.. _entries];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue((TimeProvider.System.GetElapsedTime(_start), logLevel, formatter(state, exception) + exception));
}
