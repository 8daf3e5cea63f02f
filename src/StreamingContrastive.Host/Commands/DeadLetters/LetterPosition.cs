using System.Globalization;
using StreamingContrastive.Contracts;

namespace StreamingContrastive.Host.Commands.DeadLetters;

/// <summary>Reads TOPIC/PARTITION/OFFSET, as <see cref="SourcePosition"/> writes it.</summary>
internal static class LetterPosition
{
    /// <summary>False when the text is no position.</summary>
    public static bool TryParse(string text, out SourcePosition position)
    {
        position = default;
        var parts = text.Split('/');
        if (parts.Length != 3 || parts[0].Length == 0
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            return false;
        }

        position = new SourcePosition(parts[0], partition, offset);
        return true;
    }
}
