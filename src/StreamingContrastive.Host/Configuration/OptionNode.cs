using System.Collections;
using System.Globalization;
using System.Reflection;

namespace StreamingContrastive.Host.Configuration;

/// <summary>A node of the tree of everything that can be configured, read from the options types by reflection.</summary>
/// <param name="Name">The key's last part, camelCase.</param>
/// <param name="Key">The whole key, sections joined by colons; empty for the root.</param>
internal abstract record OptionNode(string Name, string Key)
{
    /// <summary>Reads this node's value from the options record that owns its property.</summary>
    public abstract object? Read(object owner);
}

/// <summary>A section: an options record.</summary>
/// <param name="Name">The key's last part.</param>
/// <param name="Key">The whole key.</param>
/// <param name="Property">The property; null for the root.</param>
/// <param name="Type">The options record.</param>
/// <param name="Children">Its keys, in the order of declaration.</param>
/// <param name="Switch">The section as a switch, where it may be absent (null); naming it or one of its keys switches it on.</param>
internal sealed record OptionSection(string Name, string Key, PropertyInfo? Property, Type Type, IReadOnlyList<OptionNode> Children, OptionSwitch? Switch)
    : OptionNode(Name, Key)
{
    /// <summary>Finds a key whatever its case.</summary>
    public OptionNode? Find(string name) => Children.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc />
    public override object? Read(object owner) => Property is null ? owner : Property.GetValue(owner);
}

/// <summary>A list of options records: elements are numbered from 0, each a section.</summary>
/// <param name="Name">The key's last part.</param>
/// <param name="Key">The whole key.</param>
/// <param name="Property">The property, an <see cref="IReadOnlyList{T}"/>.</param>
/// <param name="ElementType">The options record.</param>
internal sealed record OptionList(string Name, string Key, PropertyInfo Property, Type ElementType) : OptionNode(Name, Key)
{
    /// <summary>Most elements: a larger number is a mistake, not a list.</summary>
    public const int MaxElements = 32;

    private readonly OptionSection?[] _elements = new OptionSection?[MaxElements];

    /// <summary>Element <paramref name="index"/> as a section, there or not.</summary>
    public OptionSection Element(int index) => _elements[index] ??= OptionTree.Element(this, index);

    /// <summary>The section of the element that <paramref name="name"/> numbers, or null.</summary>
    public OptionSection? Find(string name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < MaxElements ? Element(index) : null;

    /// <inheritdoc />
    public override object? Read(object owner) => Property.GetValue(owner);

    /// <summary>The elements of the list that <paramref name="owner"/> has, with their sections.</summary>
    public IEnumerable<(OptionSection Section, object Value)> Elements(object owner) =>
        ((IEnumerable)Read(owner)!).Cast<object>().Select((value, i) => (Element(i), value));
}

/// <summary>What a setting can be given to.</summary>
/// <param name="Name">The key's last part.</param>
/// <param name="Key">The whole key.</param>
/// <param name="Property">The property.</param>
internal abstract record OptionLeaf(string Name, string Key, PropertyInfo Property) : OptionNode(Name, Key)
{
    /// <inheritdoc />
    public override object? Read(object owner) => Property.GetValue(owner);
}

/// <summary>A dictionary of texts whose keys may contain dots.</summary>
/// <param name="Name">The key's last part.</param>
/// <param name="Key">The whole key.</param>
/// <param name="Property">The property.</param>
internal sealed record OptionMap(string Name, string Key, PropertyInfo Property) : OptionLeaf(Name, Key, Property);

/// <summary>A single value.</summary>
/// <param name="Name">The key's last part.</param>
/// <param name="Key">The whole key.</param>
/// <param name="Property">The property.</param>
/// <param name="Type">Type of the value.</param>
/// <param name="Nullable">Whether null, "not set", is a value.</param>
internal sealed record OptionValue(string Name, string Key, PropertyInfo Property, Type Type, bool Nullable) : OptionLeaf(Name, Key, Property);

/// <summary>A section that may be absent, as something that can be switched on (its defaults) and off.</summary>
/// <param name="Name">The key's last part.</param>
/// <param name="Key">The whole key, which is the section's.</param>
/// <param name="Property">The property.</param>
internal sealed record OptionSwitch(string Name, string Key, PropertyInfo Property) : OptionLeaf(Name, Key, Property)
{
    /// <summary>What may be written.</summary>
    public const string Allowed = "true (its defaults), false or null (off), or an object with its keys";

    /// <summary>Reads a switch; null where the text is none.</summary>
    public static bool? Parse(string? text) => text?.Trim() switch
    {
        null => false,
        var t when bool.TryParse(t, out var on) => on,
        "{}" => true,
        "null" => false,
        _ => null,
    };
}
