using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Nodes;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Host.Configuration;

/// <summary>
/// The JSON schema of pipeline files, made from the options types: editors complete and explain from it.
/// <c>describe --schema</c> prints it; a test compares it with <c>topology/pipelines/pipeline.schema.json</c>.
/// </summary>
internal static class PipelineSchema
{
    /// <summary>The schema (draft 7), indented, with a final line feed.</summary>
    public static string Generate()
    {
        var summaries = new XmlSummaries();
        var root = Section(OptionTree.Root, new PipelineOptions(), summaries);
        root["properties"]!.AsObject().Insert(0, "$schema", new JsonObject { ["type"] = "string", ["description"] = "Where the schema is: lets an editor complete this file." });
        var schema = new JsonObject { ["$schema"] = "http://json-schema.org/draft-07/schema#", ["title"] = "StreamingContrastive pipeline" };
        foreach (var (name, node) in root.ToArray())
        {
            root.Remove(name);
            schema[name] = node;
        }

        return schema.ToJsonString(JsonText.Indented) + "\n";
    }

    private static JsonObject Section(OptionSection section, object defaults, XmlSummaries summaries)
    {
        var properties = new JsonObject();
        foreach (var child in section.Children)
        {
            var node = child switch
            {
                OptionSection nested => Section(nested, nested.Read(defaults) ?? SectionSwitches.Defaults(nested.Type), summaries),
                OptionList list => new JsonObject
                {
                    ["type"] = "array",
                    ["maxItems"] = OptionList.MaxElements,
                    ["items"] = Section(list.Element(0), SectionSwitches.Defaults(list.ElementType), summaries),
                },
                OptionMap => new JsonObject { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") } },
                OptionValue value => Value(value, value.Read(defaults)),
                _ => throw new InvalidOperationException($"{child.Key}: a node that has no schema."),
            };
            node.Insert(0, "description", Description(child, summaries));
            properties[child.Name] = node;
        }

        var type = section.Switch is null ? (JsonNode)"object" : new JsonArray("object", "boolean", "null");
        return new JsonObject { ["type"] = type, ["additionalProperties"] = false, ["properties"] = properties };
    }

    private static string Description(OptionNode node, XmlSummaries summaries) => node switch
    {
        OptionSection { Switch: not null } section => $"{summaries.Of(section.Type)} Off unless named; true takes its defaults.",
        OptionSection section => summaries.Of(section.Type),
        OptionList list => summaries.Of(list.Property),
        _ => summaries.Of(((OptionLeaf)node).Property),
    };

    private static JsonObject Value(OptionValue option, object? defaultValue)
    {
        var node = new JsonObject { ["type"] = option.Nullable ? new JsonArray(TypeName(option.Type), "null") : TypeName(option.Type) };
        if (option.Type.IsEnum)
        {
            node["enum"] = new JsonArray([.. ValueFormat.EnumNames(option.Type).Select(n => JsonValue.Create(n))]);
        }
        else if (option.Type == typeof(TimeSpan))
        {
            node["pattern"] = DurationText.Pattern;
        }
        else if (option.Type == typeof(ulong))
        {
            (node["minimum"], node["maximum"]) = (0, ulong.MaxValue);
        }

        if (option.Property.GetCustomAttribute<RangeAttribute>() is { } range)
        {
            (node["minimum"], node["maximum"]) = (EffectiveConfiguration.ToNode(range.Minimum), EffectiveConfiguration.ToNode(range.Maximum));
        }

        if (option.Property.GetCustomAttribute<AllowedValuesAttribute>() is { } some)
        {
            node["enum"] = new JsonArray([.. some.Values.Select(EffectiveConfiguration.ToNode)]);
        }

        if (option.Property.GetCustomAttribute<RegularExpressionAttribute>() is { } pattern)
        {
            node["pattern"] = $"^{pattern.Pattern}$";
        }
        else if (option.Property.IsDefined(typeof(RequiredAttribute)))
        {
            node["minLength"] = 1;
        }

        node["default"] = EffectiveConfiguration.ToNode(defaultValue);
        return node;
    }

    private static string TypeName(Type type) =>
        type == typeof(bool) ? "boolean"
        : type == typeof(double) ? "number"
        : type == typeof(int) || type == typeof(long) || type == typeof(ulong) ? "integer"
        : "string";
}
