using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace StreamingContrastive.Host.Configuration;

/// <summary>Reads the summaries of types and properties from the documentation files that the compiler puts beside the assemblies.</summary>
internal sealed partial class XmlSummaries
{
    private readonly Dictionary<Assembly, Dictionary<string, string>> _byAssembly = [];

    /// <summary>Summary of a type, as one line.</summary>
    public string Of(Type type) => Find(type, $"T:{type.FullName}");

    /// <summary>Summary of a property, as one line.</summary>
    public string Of(PropertyInfo property) => Find(property.DeclaringType!, $"P:{property.DeclaringType!.FullName}.{property.Name}");

    private string Find(Type type, string member)
    {
        if (!_byAssembly.TryGetValue(type.Assembly, out var summaries))
        {
            summaries = Load(type.Assembly);
            _byAssembly.Add(type.Assembly, summaries);
        }

        return summaries.TryGetValue(member, out var summary) ? summary : throw new InvalidOperationException($"{member} has no summary in the documentation of {type.Assembly.GetName().Name}.");
    }

    private static Dictionary<string, string> Load(Assembly assembly)
    {
        var file = Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".xml");
        return File.Exists(file)
            ? XDocument.Load(file).Descendants("member")
                .Where(m => m.Element("summary") is not null)
                .ToDictionary(m => m.Attribute("name")!.Value, m => Text(m.Element("summary")!))
            : throw new FileNotFoundException($"The schema takes its descriptions from {file}, which the build writes beside the program. Build with GenerateDocumentationFile, or copy the file there.");
    }

    private static string Text(XElement element)
    {
        var text = new StringBuilder();
        foreach (var node in element.Nodes())
        {
            // A reference to another option is shown as its key in the file.
            _ = node is XElement inner
                ? text.Append(inner.Attribute("cref") is { } target ? JsonNamingPolicy.CamelCase.ConvertName(target.Value.Split('.', ':')[^1]) : inner.Value)
                : text.Append(node);
        }

        return Spaces().Replace(text.ToString(), " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
