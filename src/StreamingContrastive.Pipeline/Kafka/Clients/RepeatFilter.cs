namespace StreamingContrastive.Pipeline.Kafka.Clients;

/// <summary>Lets a text through once a window (one minute) and counts what it holds back. Bounded; thread-safe.</summary>
internal sealed class RepeatFilter(TimeProvider clock)
{
    /// <summary>How long a text is held back after it was let through.</summary>
    internal static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>Most texts that are remembered; beyond it the oldest is forgotten and may appear again early.</summary>
    internal const int Capacity = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _seen = new(StringComparer.Ordinal);

    /// <summary>True when the text should be written.</summary>
    /// <param name="text">The text.</param>
    /// <param name="repeats">How often it was held back since it was last let through.</param>
    internal bool Admit(string text, out int repeats)
    {
        var now = clock.GetTimestamp();
        lock (_gate)
        {
            if (_seen.TryGetValue(text, out var entry) && clock.GetElapsedTime(entry.Since, now) < Window)
            {
                _seen[text] = entry with { HeldBack = entry.HeldBack + 1 };
                repeats = 0;
                return false;
            }

            repeats = entry.HeldBack;
            if (_seen.Count >= Capacity && !_seen.ContainsKey(text))
            {
                _seen.Remove(_seen.MinBy(pair => pair.Value.Since).Key);
            }

            _seen[text] = new Entry(now, 0);
            return true;
        }
    }

    private readonly record struct Entry(long Since, int HeldBack);
}
