using System.Globalization;
using System.Text.Json;

namespace StreamingContrastive.Host.Configuration;

/// <summary>
/// How single values are read and written. Enum members are written camelCase (<c>smallResNet</c>, <c>deadLetter</c>) and read
/// whatever their case; their numbers are refused. Numbers and booleans are invariant.
/// </summary>
internal static class ValueFormat
{
    /// <summary>Whether a value of this type can be read and written.</summary>
    public static bool Supports(Type type) =>
        type.IsEnum || type == typeof(string) || type == typeof(bool) || type == typeof(int) || type == typeof(long)
        || type == typeof(ulong) || type == typeof(double) || type == typeof(TimeSpan);

    /// <summary>Reads a value; null where the text is no value of the type.</summary>
    public static object? Parse(Type type, string text)
    {
        var culture = CultureInfo.InvariantCulture;
        var trimmed = text.Trim();
        return type switch
        {
            _ when type == typeof(string) => text,
            _ when type.IsEnum => ParseEnum(type, trimmed),
            _ when type == typeof(bool) => bool.TryParse(trimmed, out var b) ? b : null,
            _ when type == typeof(int) => int.TryParse(trimmed, NumberStyles.AllowLeadingSign, culture, out var i) ? i : null,
            _ when type == typeof(long) => long.TryParse(trimmed, NumberStyles.AllowLeadingSign, culture, out var l) ? l : null,
            _ when type == typeof(ulong) => ulong.TryParse(trimmed, NumberStyles.None, culture, out var u) ? u : null,
            _ when type == typeof(double) => double.TryParse(trimmed, NumberStyles.Float, culture, out var d) && double.IsFinite(d) ? d : null,
            _ when type == typeof(TimeSpan) => DurationText.TryParse(trimmed, out var t) ? t : null,
            _ => throw new NotSupportedException($"No value format for {type}."),
        };
    }

    /// <summary>Writes a value for a pipeline file; <see cref="Parse"/> reads it back.</summary>
    public static string Format(object value) => value switch
    {
        Enum e => EnumName(e.ToString()),
        bool b => b ? "true" : "false",
        TimeSpan t => DurationText.Format(t),
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => (string)value,
    };

    /// <summary>Writes a value as Microsoft's configuration binder wants it.</summary>
    public static string FormatForBinder(object value) => value switch
    {
        TimeSpan t => t.ToString("c", CultureInfo.InvariantCulture),
        Enum e => e.ToString(),
        _ => Format(value),
    };

    /// <summary>Names of an enum as a pipeline file writes them.</summary>
    public static IEnumerable<string> EnumNames(Type type) => Enum.GetNames(type).Select(EnumName);

    /// <summary>What values of the type look like, without limits.</summary>
    public static string Allowed(Type type) => type switch
    {
        _ when type.IsEnum => "one of " + string.Join(", ", EnumNames(type)),
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ when type == typeof(ulong) => "a whole number from 0 to 18446744073709551615",
        _ when type == typeof(double) => "a number",
        _ when type == typeof(TimeSpan) => DurationText.Allowed,
        _ => "a text",
    };

    private static string EnumName(string member) => JsonNamingPolicy.CamelCase.ConvertName(member);

    private static object? ParseEnum(Type type, string text) =>
        Enum.GetNames(type).FirstOrDefault(n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name ? Enum.Parse(type, name) : null;
}
