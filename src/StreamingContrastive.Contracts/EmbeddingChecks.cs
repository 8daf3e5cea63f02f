namespace StreamingContrastive.Contracts;

/// <summary>What must hold before a message is written: a bad vector would sit in other people's indexes for months.</summary>
internal static class EmbeddingChecks
{
    public static SourcePosition Source(EmbeddingMessage message)
    {
        SourcePosition source = message.Source
            ?? throw new ArgumentException("The message has no source position; its id is made from it.", nameof(message));
        ArgumentOutOfRangeException.ThrowIfNegative(source.Partition);
        ArgumentOutOfRangeException.ThrowIfNegative(source.Offset);
        ArgumentOutOfRangeException.ThrowIfNegative(message.LineageEpoch);
        ArgumentOutOfRangeException.ThrowIfNegative(message.Step);
        if (message is PublishedEmbedding embedding)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(embedding.ModelVersion);
        }

        return source;
    }

    public static void Vector(ReadOnlySpan<float> vector, SourcePosition source)
    {
        if (vector.IsEmpty)
        {
            throw new ArgumentException($"The embedding of {source} has no values.", nameof(vector));
        }

        // 0 x NaN and 0 x infinity are NaN: one multiplication and one addition an element tell whether all are finite.
        float sum = 0;
        foreach (float value in vector)
        {
            sum += value * 0f;
        }

        if (sum != 0f)
        {
            throw new ArgumentException(
                $"The embedding of {source} holds NaN or infinity: the published snapshot is broken, and no index can use such a vector.",
                nameof(vector));
        }
    }
}
