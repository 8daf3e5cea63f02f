using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace StreamingContrastive.Tests.Deploy;

/// <summary>YAML as JSON nodes, merge keys resolved, plain numbers and booleans typed.</summary>
internal static class Yaml
{
    /// <summary>The only document of a file of the checkout.</summary>
    public static JsonObject Load(string path) => Documents(File.ReadAllText(Path.Combine(Structure.SourceTree.Root, path))).ShouldHaveSingleItem(path);

    /// <summary>All documents of a text.</summary>
    public static List<JsonObject> Documents(string text)
    {
        var builder = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization();
        // A merged key and the one that replaces it come as two: there a key that is written twice by mistake is not seen.
        var deserializer = (text.Contains("<<:", StringComparison.Ordinal) ? builder : builder.WithDuplicateKeyChecking()).Build();
        var parser = new MergingParser(new Parser(new StringReader(text)));
        List<JsonObject> documents = [];
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _))
        {
            documents.Add(Node(deserializer.Deserialize<object>(parser)).ShouldBeOfType<JsonObject>());
        }

        return documents;
    }

    /// <summary>The node behind keys and indices that are known to be there.</summary>
    public static JsonNode At(this JsonNode node, params string[] keys)
    {
        foreach (string key in keys)
        {
            node = node.AsObject()[key] ?? throw new KeyNotFoundException($"{node.GetPath()} has no {key}");
        }

        return node;
    }

    /// <summary>The text behind keys, or null.</summary>
    public static string? Text(this JsonNode? node, params string[] keys)
    {
        foreach (string key in keys)
        {
            node = (node as JsonObject)?[key];
        }

        return (node as JsonValue)?.ToString();
    }

    /// <summary>The items of a list, as texts; nothing where there is no list.</summary>
    public static string[] Texts(this JsonNode? list) => [.. (list as JsonArray ?? []).Select(i => i!.ToString())];

    private static JsonNode? Node(object? value) => value switch
    {
        null => null,
        IDictionary<object, object?> map => new JsonObject(map.Select(e => KeyValuePair.Create(e.Key.ToString()!, Node(e.Value)))),
        IList<object?> list => new JsonArray([.. list.Select(Node)]),
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        _ => JsonValue.Create(Convert.ToDecimal(value, System.Globalization.CultureInfo.InvariantCulture)),
    };
}
