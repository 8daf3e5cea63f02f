namespace StreamingContrastive.Host.Configuration;

/// <summary>
/// Finds the option that a written key names. Sections are parted by colons or dots; below a dictionary everything that is left
/// is the entry's key, so that <c>kafka:client:security.protocol</c> and <c>kafka.client.security.protocol</c> are the same.
/// </summary>
internal static class KeyResolver
{
    private static readonly char[] Separators = [':', '.'];

    /// <summary>Resolves a key to a setting, or says why it names none.</summary>
    public static (Setting? Setting, ConfigurationProblem? Problem) Resolve(string key, string? text, string source)
    {
        var section = OptionTree.Root;
        var rest = key;
        while (true)
        {
            var cut = rest.IndexOfAny(Separators);
            var name = cut < 0 ? rest : rest[..cut];
            var after = cut < 0 ? "" : rest[(cut + 1)..];
            switch (section.Find(name))
            {
                case null:
                    return (null, Unknown(section, name, source));
                case OptionSection nested when after.Length > 0:
                    (section, rest) = (nested, after);
                    continue;
                case OptionSection { Switch: { } onOff }:
                    return (new Setting(onOff, null, text, source), null);
                case OptionSection nested:
                    return (null, NotAValue(nested, source));
                case OptionList list:
                    var end = after.IndexOfAny(Separators);
                    if (list.Find(end < 0 ? after : after[..end]) is not { } element)
                    {
                        return (null, NotAnElement(list, source));
                    }

                    if (end < 0)
                    {
                        return (null, NotAValue(element, source));
                    }

                    (section, rest) = (element, after[(end + 1)..]);
                    continue;
                case OptionMap map when after.Length > 0:
                    return (new Setting(map, after, text, source), null);
                case OptionMap map:
                    return (null, new ConfigurationProblem(map.Key, $"{map.Key} ({source}) is a dictionary: name one of its entries, such as {map.Key}:security.protocol."));
                case OptionValue when after.Length > 0:
                    return (null, new ConfigurationProblem(key, $"{key} ({source}) is unknown: {section.Find(name)!.Key} is a single value and has no keys below it."));
                case OptionLeaf value:
                    return (new Setting(value, null, text, source), null);
            }
        }
    }

    /// <summary>A key that no section has: the nearest names and all that are allowed.</summary>
    public static ConfigurationProblem Unknown(OptionSection section, string name, string source)
    {
        var key = section.Key.Length == 0 ? name : $"{section.Key}:{name}";
        var names = section.Children.Select(c => c.Name).Order(StringComparer.Ordinal).ToArray();
        var near = NearestNames.Find(name, names);
        var meant = near.Count == 0 ? ElsewhereHint(name) : $" Did you mean {string.Join(" or ", near)}?";
        var where = section.Key.Length == 0 ? "a pipeline" : section.Key;
        return new ConfigurationProblem(key, $"{key} ({source}) is unknown.{meant} Keys of {where}: {string.Join(", ", names)}.");
    }

    /// <summary>A section that was given a value.</summary>
    public static ConfigurationProblem NotAValue(OptionSection section, string source) =>
        new(section.Key, $"{section.Key} ({source}) is a section, not a value. Its keys: {string.Join(", ", section.Children.Select(c => c.Name).Order(StringComparer.Ordinal))}.");

    /// <summary>A list that was given something else than its elements.</summary>
    public static ConfigurationProblem NotAnElement(OptionList list, string source) =>
        new(list.Key, $"{list.Key} ({source}) is a list of up to {OptionList.MaxElements} objects: number them from 0, such as {list.Element(0).Children[0].Key}; in a file write an array. Keys of an element: {string.Join(", ", list.Element(0).Children.Select(c => c.Name).Order(StringComparer.Ordinal))}.");

    // The right key in the wrong section is the commonest mistake that an edit distance does not find.
    private static string ElsewhereHint(string name)
    {
        var same = OptionTree.Leaves(OptionTree.Root).Where(l => l.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(l => l.Key).ToArray();
        return same.Length == 0 ? "" : $" Did you mean {string.Join(" or ", same)}?";
    }
}
