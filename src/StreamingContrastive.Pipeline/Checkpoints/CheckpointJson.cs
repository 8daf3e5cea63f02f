using System.Text.Json.Serialization;

namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>Serialisers of the two JSON files, made at compile time.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    NewLine = "\n",
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CheckpointManifest))]
[JsonSerializable(typeof(EpochRecord))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
