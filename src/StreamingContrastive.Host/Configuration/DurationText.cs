using System.Globalization;
using System.Text.RegularExpressions;

namespace StreamingContrastive.Host.Configuration;

/// <summary>
/// Durations as people write them: <c>250ms</c>, <c>10s</c>, <c>1.5m</c>, <c>2h</c>, or <c>00:00:10</c>. A bare number is
/// refused: .NET would read <c>10</c> as ten days.
/// </summary>
internal static partial class DurationText
{
    /// <summary>What is allowed, for messages.</summary>
    public const string Allowed = "a duration such as 250ms, 10s, 1.5m, 2h or 00:00:10";

    /// <summary>The same as a regular expression, for the JSON schema.</summary>
    public const string Pattern = @"^(\d+(\.\d+)?\s*(ms|s|m|h)|(\d+\.)?\d{1,2}:\d{2}:\d{2}(\.\d{1,7})?)$";

    // Keeps every duration far from the limits of timers and of DateTimeOffset arithmetic.
    private const double MaxSeconds = 3650.0 * 24 * 3600;

    /// <summary>Reads a duration; false where it is none, or longer than ten years.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (!Form().IsMatch(text))
        {
            return false;
        }

        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration) && duration.TotalSeconds <= MaxSeconds;
        }

        var number = text.TrimEnd('m', 's', 'h', ' ');
        var seconds = double.Parse(number, CultureInfo.InvariantCulture) * text[number.Length..].Trim() switch
        {
            "ms" => 0.001,
            "s" => 1,
            "m" => 60,
            _ => 3600,
        };
        if (seconds > MaxSeconds)
        {
            return false;
        }

        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }

    /// <summary>Writes a duration in the largest unit that needs no fraction; <see cref="TryParse"/> reads it back.</summary>
    public static string Format(TimeSpan duration)
    {
        foreach (var (unit, ticks) in ((string, long)[])[("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond), ("ms", TimeSpan.TicksPerMillisecond)])
        {
            if (duration.Ticks % ticks == 0 && duration.Ticks >= ticks)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / ticks}{unit}");
            }
        }

        return duration == TimeSpan.Zero ? "0s" : duration.ToString("c", CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(Pattern)]
    private static partial Regex Form();
}
