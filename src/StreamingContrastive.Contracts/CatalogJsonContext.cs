using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamingContrastive.Contracts;

/// <summary>topology/topics.json as it is written.</summary>
internal sealed record CatalogDocument
{
    public required IReadOnlyList<TopicSpecification> Topics { get; init; }
}

/// <summary>Strict on purpose, unlike the wire's: an unknown key in a file that people edit is a typing error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters = [typeof(TopicRoleConverter)])]
[JsonSerializable(typeof(CatalogDocument))]
internal sealed partial class CatalogJsonContext : JsonSerializerContext;

/// <summary>Roles in kebab case: dead-letters.</summary>
internal sealed class TopicRoleConverter()
    : JsonStringEnumConverter<TopicRole>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false);
