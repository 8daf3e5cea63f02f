using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;

namespace StreamingContrastive.Host.Commands.Tail;

/// <summary>Lines of NAME.embeddings, or of NAME.embeddings.PART.</summary>
/// <param name="pipeline">The pipeline's name.</param>
/// <param name="part">The part whose topic is read, where records have several; null where they have one.</param>
internal sealed class EmbeddingLines(string pipeline, string? part = null) : MessageLines
{
    private const int ShownValues = 4;
    private readonly EmbeddingCodec _asJson = new(pipeline, WireFormat.Json);

    /// <inheritdoc />
    public override string TopicOf(TopicNames names) => names.EmbeddingsOf(part);

    /// <inheritdoc />
    public override string Text(ReceivedMessage message)
    {
        var decoded = EmbeddingCodec.Decode(message.Key, message.Value, message.Headers);
        var of = decoded.Part is null ? "" : $"  part {decoded.Part}";
        var start = FormattableString.Invariant($"{Key(message.Key)}{of}  from {decoded.Source?.ToString() ?? "elsewhere"}  epoch {decoded.LineageEpoch} step {decoded.Step}");
        return decoded is PublishedEmbedding embedding
            ? FormattableString.Invariant($"{start}  model {embedding.ModelVersion}  {embedding.Vector.Length} values: {Head(embedding.Vector.Span)}")
            : $"{start}  deleted";
    }

    /// <inheritdoc />
    protected override byte[]? JsonValue(ReceivedMessage message) =>
        EmbeddingCodec.Decode(message.Key, message.Value, message.Headers) is PublishedEmbedding embedding ? _asJson.Encode(embedding).Value : null;

    private static string Head(ReadOnlySpan<float> vector)
    {
        var shown = new List<string>();
        foreach (var value in vector[..Math.Min(ShownValues, vector.Length)])
        {
            shown.Add(FormattableString.Invariant($"{value:0.0000}"));
        }

        return string.Join(' ', shown) + (vector.Length > ShownValues ? " ..." : "");
    }
}
