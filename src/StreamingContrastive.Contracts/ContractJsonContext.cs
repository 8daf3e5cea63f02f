using System.Text.Json.Serialization;

namespace StreamingContrastive.Contracts;

/// <summary>Source-generated JSON of the wire documents. Unknown members are ignored: readers may be older than writers.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(EmbeddingDocument))]
[JsonSerializable(typeof(MetricsDocument))]
[JsonSerializable(typeof(ModelDocument))]
[JsonSerializable(typeof(QdrantPointDocument))]
[JsonSerializable(typeof(QdrantKeyDocument))]
internal sealed partial class ContractJsonContext : JsonSerializerContext;
