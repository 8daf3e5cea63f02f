using System.Text.Json;

namespace StreamingContrastive.Contracts;

/// <summary>The topics of a pipeline, read from topology/topics.json: the one place that says how they are created.</summary>
public sealed class TopicCatalog
{
    private readonly IReadOnlyList<TopicSpecification> _topics;

    private TopicCatalog(IReadOnlyList<TopicSpecification> topics) => _topics = topics;

    /// <summary>Reads the catalog that is shipped beside the executable.</summary>
    /// <exception cref="InvalidDataException">The file is missing or wrong; the words name it and the place.</exception>
    public static TopicCatalog LoadDefault() => Load(Path.Combine(AppContext.BaseDirectory, "topology", "topics.json"));

    /// <summary>Reads a catalog file.</summary>
    /// <exception cref="InvalidDataException">The file is missing or wrong; the words name it and the place.</exception>
    public static TopicCatalog Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"The topic catalog {path} is missing. It is copied there by the build from topology/topics.json.");
        }

        return Parse(File.ReadAllText(path), path);
    }

    /// <summary>Reads a catalog from text.</summary>
    /// <param name="json">The text; comments are allowed.</param>
    /// <param name="origin">Its name in error messages.</param>
    /// <exception cref="InvalidDataException">The text is wrong.</exception>
    public static TopicCatalog Parse(string json, string origin)
    {
        try
        {
            CatalogDocument document = JsonSerializer.Deserialize(json, CatalogJsonContext.Default.CatalogDocument)
                ?? throw new InvalidDataException($"{origin} is the word null; an object with the list 'topics' is expected.");
            Check(document.Topics, origin);
            return new TopicCatalog(document.Topics);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{origin}: {e.Message}", e);
        }
    }

    /// <summary>The topics of one pipeline, patterns filled in, in the file's order.</summary>
    /// <param name="names">The pipeline's names.</param>
    /// <param name="inputTopic">The topic that it consumes.</param>
    /// <param name="parts">Names of the parts of a record where there are several: each has a topic of embeddings, described like the one that there is otherwise.</param>
    public IReadOnlyList<TopicSpecification> For(TopicNames names, string inputTopic, IReadOnlyList<string>? parts = null)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentException.ThrowIfNullOrEmpty(inputTopic);
        return
        [
            .. _topics.SelectMany(t => t.Role == TopicRole.Embeddings && parts is { Count: > 1 } ? parts.Select(p => t with { Name = $"{t.Name}.{p}" }) : [t]).Select(t => t with
            {
                Name = t.Name
                    .Replace("{pipeline}", names.Pipeline, StringComparison.Ordinal)
                    .Replace("{input}", inputTopic, StringComparison.Ordinal),
            }),
        ];
    }

    private static void Check(IReadOnlyList<TopicSpecification> topics, string origin)
    {
        foreach (TopicSpecification topic in topics)
        {
            if (topic.Partitions < 1)
            {
                throw new InvalidDataException($"{origin}: partitions of {topic.Name} is {topic.Partitions}; at least 1 is allowed.");
            }

            if (topic.ReplicationFactor is 0 or < -1)
            {
                throw new InvalidDataException(
                    $"{origin}: replicationFactor of {topic.Name} is {topic.ReplicationFactor}; allowed are -1 (the broker's default) and 1 or more.");
            }
        }

        if (topics.GroupBy(t => t.Role).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new InvalidDataException($"{origin}: the role {twice.Key} stands there {twice.Count()} times; once is allowed.");
        }
    }
}
