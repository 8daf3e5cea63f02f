using System.Globalization;
using System.Reflection;
using System.Text.Json;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Host.Configuration;

/// <summary>
/// The tree of <see cref="PipelineOptions"/>: one source of truth for key names, so that binding, strictness, the JSON schema
/// and the effective configuration cannot disagree. A property with a setter is an option; computed properties are not.
/// </summary>
internal static class OptionTree
{
    /// <summary>The root section: a whole pipeline file.</summary>
    public static OptionSection Root { get; } = Section("", "", null, typeof(PipelineOptions), optional: false);

    /// <summary>Every dictionary and single value below <paramref name="section"/>, in the order of declaration; lists are left out, a list has any number of them.</summary>
    public static IEnumerable<OptionLeaf> Leaves(OptionSection section) => section.Children.SelectMany(c => c switch
    {
        OptionSection nested => Leaves(nested),
        OptionLeaf leaf => [leaf],
        _ => Enumerable.Empty<OptionLeaf>(),
    });

    /// <summary>Every section below <paramref name="section"/> that may be absent; lists are left out.</summary>
    public static IEnumerable<OptionSection> Switchable(OptionSection section) =>
        section.Children.OfType<OptionSection>().SelectMany(c => c.Switch is null ? Switchable(c) : [c, .. Switchable(c)]);

    /// <summary>Every list below <paramref name="section"/>. A list within a list is not among them: no options record has one.</summary>
    public static IEnumerable<OptionList> Lists(OptionSection section) => section.Children.SelectMany(c => c switch
    {
        OptionSection nested => Lists(nested),
        OptionList list => [list],
        _ => Enumerable.Empty<OptionList>(),
    });

    /// <summary>The section of a list's element.</summary>
    public static OptionSection Element(OptionList list, int index)
    {
        var name = index.ToString(CultureInfo.InvariantCulture);
        return Section(name, $"{list.Key}:{name}", null, list.ElementType, optional: false);
    }

    private static OptionSection Section(string name, string key, PropertyInfo? property, Type type, bool optional) =>
        new(name, key, property, type, [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.CanWrite)
            .OrderBy(p => p.MetadataToken)
            .Select(p => Node(key, p))], optional ? new OptionSwitch(name, key, property!) : null);

    private static OptionNode Node(string parent, PropertyInfo property)
    {
        var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        var key = parent.Length == 0 ? name : $"{parent}:{name}";
        var type = property.PropertyType;
        if (typeof(IReadOnlyDictionary<string, string>).IsAssignableFrom(type))
        {
            return new OptionMap(name, key, property);
        }

        var nullable = !type.IsValueType && new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
        if (ValueFormat.Supports(type))
        {
            return new OptionValue(name, key, property, type, nullable);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) && IsOptions(type.GetGenericArguments()[0]))
        {
            return new OptionList(name, key, property, type.GetGenericArguments()[0]);
        }

        return IsOptions(type)
            ? Section(name, key, property, type, nullable)
            : throw new InvalidOperationException($"{property.DeclaringType}.{property.Name} has the type {type}, which no pipeline file can write: teach {nameof(ValueFormat)} to read and write it.");
    }

    private static bool IsOptions(Type type) => type.IsClass && type.Name.EndsWith("Options", StringComparison.Ordinal);
}
