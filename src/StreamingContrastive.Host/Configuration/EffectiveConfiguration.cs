using System.Text.Json;
using System.Text.Json.Nodes;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Host.Configuration;

/// <summary>The configuration that is in force, as a pipeline file: described, logged with --verbose, and stored in every checkpoint.</summary>
internal static class EffectiveConfiguration
{
    /// <summary>Every option with its value, indented, secrets removed. Without secrets the text is a valid pipeline file with the same meaning.</summary>
    public static string ToJson(PipelineOptions options) => Section(OptionTree.Root, options).ToJsonString(JsonText.Indented);

    /// <summary>Name and values of each section on one line, for a log; what stands above the sections comes first.</summary>
    public static IEnumerable<(string Section, string Values)> Sections(PipelineOptions options)
    {
        var root = Section(OptionTree.Root, options);
        yield return ("the pipeline", new JsonObject(root.Where(p => p.Value is not JsonObject).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone()))).ToJsonString());
        foreach (var (name, value) in root)
        {
            if (value is JsonObject section)
            {
                yield return (name, section.ToJsonString());
            }
        }
    }

    /// <summary>A single value as JSON: numbers and booleans bare, everything else as text.</summary>
    public static JsonNode? ToNode(object? value) => value switch
    {
        null => null,
        bool b => JsonValue.Create(b),
        int i => JsonValue.Create(i),
        long l => JsonValue.Create(l),
        ulong u => JsonValue.Create(u),
        double d => JsonValue.Create(d),
        _ => JsonValue.Create(ValueFormat.Format(value)),
    };

    private static JsonObject Section(OptionSection section, object owner)
    {
        var json = new JsonObject();
        foreach (var child in section.Children)
        {
            var value = child.Read(owner);
            json[child.Name] = child switch
            {
                OptionSection { Switch: not null } when value is null => null,
                OptionSection nested => Section(nested, value!),
                OptionList list => new JsonArray([.. list.Elements(owner).Select(e => (JsonNode)Section(e.Section, e.Value))]),
                OptionMap => Map((IReadOnlyDictionary<string, string>)value!),
                _ => ToNode(value),
            };
        }

        return json;
    }

    private static JsonObject Map(IReadOnlyDictionary<string, string> entries) =>
        new(entries.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e =>
            KeyValuePair.Create<string, JsonNode?>(e.Key, SecretKeys.IsSecret(e.Key) ? SecretKeys.Removed : e.Value)));
}
