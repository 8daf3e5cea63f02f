using System.Diagnostics.CodeAnalysis;

namespace StreamingContrastive.Host.Configuration;

/// <summary>
/// Decides which sections that may be absent are on: the strongest source that names the section or one of its keys decides. One that is
/// on gets its defaults written out, one that is off loses what weaker sources gave it.
/// </summary>
internal static class SectionSwitches
{
    /// <summary>Applies the switches to the values that the binder will see.</summary>
    public static void Apply(SettingCollector collected, Dictionary<string, string?> values)
    {
        foreach (var section in Switchable(collected))
        {
            values.Remove(section.Key);
            if (!collected.IsOn(section.Key))
            {
                foreach (var leaf in OptionTree.Leaves(section))
                {
                    values.Remove(leaf.Key);
                }

                continue;
            }

            WriteDefaults(section, values);
        }

        // An element without a key would not be seen by the binder, and the next one would take its place.
        foreach (var element in OptionTree.Lists(OptionTree.Root).SelectMany(collected.ElementsOf))
        {
            WriteDefaults(element, values);
        }
    }

    private static void WriteDefaults(OptionSection section, Dictionary<string, string?> values)
    {
        var defaults = Defaults(section.Type);
        foreach (var value in section.Children.OfType<OptionValue>())
        {
            if (value.Read(defaults) is { } given)
            {
                values.TryAdd(value.Key, ValueFormat.FormatForBinder(given));
            }
        }
    }

    private static IEnumerable<OptionSection> Switchable(SettingCollector collected) =>
    [
        .. OptionTree.Switchable(OptionTree.Root),
        .. OptionTree.Lists(OptionTree.Root).SelectMany(collected.ElementsOf).SelectMany(OptionTree.Switchable),
    ];

    /// <summary>An options record at its defaults.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2067", Justification = "The host is not trimmed; options records have public constructors without parameters.")]
    public static object Defaults(Type options) => Activator.CreateInstance(options)!;
}
