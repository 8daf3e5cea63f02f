namespace StreamingContrastive.Contracts;

/// <summary>Values of the <see cref="HeaderNames.ContentType"/> header.</summary>
public static class MediaTypes
{
    /// <summary>A message of topology/contracts.</summary>
    public const string Protobuf = "application/protobuf";

    /// <summary>JSON, UTF-8.</summary>
    public const string Json = "application/json";

    /// <summary>JSON of a point for Qdrant's Kafka Connect sink.</summary>
    public const string QdrantPoint = "application/vnd.streaming-contrastive.qdrant-point+json";

    /// <summary>The media type of a format.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The format is not a defined one.</exception>
    public static string Of(WireFormat format) => format switch
    {
        WireFormat.Protobuf => Protobuf,
        WireFormat.Json => Json,
        WireFormat.Qdrant => QdrantPoint,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Allowed are Protobuf, Json and Qdrant."),
    };

    /// <summary>
    /// The format that a message's content-type header names; parameters such as <c>; charset=utf-8</c> are ignored.
    /// </summary>
    /// <exception cref="WireFormatException">The header is missing or names another type.</exception>
    public static WireFormat Parse(string? contentType)
    {
        string type = (contentType ?? string.Empty).Split(';', 2)[0].Trim().ToLowerInvariant();
        return type switch
        {
            Protobuf or "application/x-protobuf" => WireFormat.Protobuf,
            Json => WireFormat.Json,
            QdrantPoint => WireFormat.Qdrant,
            _ => throw new WireFormatException(
                $"The header {HeaderNames.ContentType} is '{contentType ?? "missing"}'; this reader knows {Protobuf}, {Json} and {QdrantPoint}. "
                + "Either the topic is not an output of a pipeline or a newer pipeline writes it: update the reader."),
        };
    }
}
