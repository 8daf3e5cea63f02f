using System.Globalization;

namespace StreamingContrastive.Contracts;

/// <summary>RFC 3339 times of the ce_time header, to the millisecond.</summary>
internal static class CloudEventTimes
{
    public static string Format(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs)
        .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Milliseconds since 1970, or -1 when there is no time.</summary>
    public static long Parse(string? time)
    {
        if (time is null)
        {
            return -1;
        }

        return DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset parsed)
            ? parsed.ToUnixTimeMilliseconds()
            : throw new WireFormatException($"The header {HeaderNames.Time} is '{time}'; an RFC 3339 time is expected.");
    }
}
