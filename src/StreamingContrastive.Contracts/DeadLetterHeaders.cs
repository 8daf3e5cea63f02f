namespace StreamingContrastive.Contracts;

/// <summary>Why a record was refused, and which one it was.</summary>
/// <param name="Source">Where the record was read.</param>
/// <param name="Stage">Stage that refused it, for example decode.</param>
/// <param name="ErrorType">Short, stable name of the reason.</param>
/// <param name="Message">One sentence for a person.</param>
/// <param name="TimestampUnixMs">The record's own timestamp in milliseconds since 1970, or -1.</param>
public sealed record DeadLetter(SourcePosition Source, string Stage, string ErrorType, string Message, long TimestampUnixMs);

/// <summary>
/// The headers of a dead letter: the record's own, untouched and in order, then one block of ours that begins with
/// <see cref="HeaderNames.DeadLetterId"/>. A dead letter that is replayed and refused again gains a second block; the last
/// one counts.
/// </summary>
public static class DeadLetterHeaders
{
    /// <summary>Longest message that is kept, in characters; the rest is cut off.</summary>
    public const int MaxMessageCharacters = 1000;

    /// <summary>The record's headers followed by our block. Equal arguments give equal bytes.</summary>
    public static IReadOnlyList<RecordHeader> Build(string pipeline, DeadLetter letter, IReadOnlyList<RecordHeader> original)
    {
        ArgumentException.ThrowIfNullOrEmpty(pipeline);
        ArgumentNullException.ThrowIfNull(letter);
        ArgumentNullException.ThrowIfNull(original);
        string message = letter.Message.Length <= MaxMessageCharacters ? letter.Message : letter.Message[..MaxMessageCharacters] + "...";
        return
        [
            .. original,
            RecordHeaderExtensions.Text(HeaderNames.DeadLetterId, EmbeddingIds.OfDeadLetter(pipeline, letter.Source)),
            RecordHeaderExtensions.Text(HeaderNames.DeadLetterTopic, letter.Source.Topic),
            RecordHeaderExtensions.Number(HeaderNames.DeadLetterPartition, letter.Source.Partition),
            RecordHeaderExtensions.Number(HeaderNames.DeadLetterOffset, letter.Source.Offset),
            RecordHeaderExtensions.Text(HeaderNames.DeadLetterStage, letter.Stage),
            RecordHeaderExtensions.Text(HeaderNames.DeadLetterErrorType, letter.ErrorType),
            RecordHeaderExtensions.Text(HeaderNames.DeadLetterMessage, message),
            RecordHeaderExtensions.Number(HeaderNames.DeadLetterTimestamp, letter.TimestampUnixMs),
        ];
    }

    /// <summary>
    /// The message that carries a refused record: its key and value unchanged. Its own timestamp is the broker's, because the
    /// topic's retention counts from it and the record may be years old. A record that does not fit into
    /// <paramref name="maxBytes"/> leaves out its value, then its headers, then its key, and says so
    /// (<see cref="HeaderNames.DeadLetterLeftOut"/>): a letter that no broker takes would stop the pipeline at that record for good.
    /// </summary>
    public static EncodedMessage Encode(
        string pipeline, DeadLetter letter, byte[]? key, byte[]? value, IReadOnlyList<RecordHeader> original, int maxBytes = int.MaxValue)
    {
        var message = new EncodedMessage(key, value, Build(pipeline, letter, original), -1);
        List<string> leftOut = [];
        foreach (var part in (string[])["value", "headers", "key"])
        {
            if (SizeOf(message) <= maxBytes)
            {
                break;
            }

            leftOut.Add(part);
            message = new EncodedMessage(
                leftOut.Contains("key") ? null : key,
                null,
                [
                    .. Build(pipeline, letter, leftOut.Contains("headers") ? [] : original),
                    RecordHeaderExtensions.Text(HeaderNames.DeadLetterLeftOut, string.Join(',', leftOut)),
                    RecordHeaderExtensions.Number(HeaderNames.DeadLetterValueBytes, value?.Length ?? 0),
                ],
                -1);
        }

        return message;
    }

    /// <summary>What was left out of the last block's letter, as it is written there; null when the letter is whole.</summary>
    public static string? LeftOut(IReadOnlyList<RecordHeader> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        for (int i = headers.Count - 1; i >= 0 && headers[i].Key != HeaderNames.DeadLetterId; i--)
        {
            if (headers[i].Key == HeaderNames.DeadLetterLeftOut)
            {
                return headers.FindText(HeaderNames.DeadLetterLeftOut) ?? "";
            }
        }

        return null;
    }

    /// <summary>Reads the last block.</summary>
    /// <exception cref="WireFormatException">A header of the block is missing or malformed.</exception>
    public static DeadLetter Parse(IReadOnlyList<RecordHeader> headers)
    {
        var source = new SourcePosition(
            Required(headers, HeaderNames.DeadLetterTopic),
            checked((int)RequiredNumber(headers, HeaderNames.DeadLetterPartition)),
            RequiredNumber(headers, HeaderNames.DeadLetterOffset));
        return new DeadLetter(
            source,
            Required(headers, HeaderNames.DeadLetterStage),
            Required(headers, HeaderNames.DeadLetterErrorType),
            Required(headers, HeaderNames.DeadLetterMessage),
            RequiredNumber(headers, HeaderNames.DeadLetterTimestamp));
    }

    /// <summary>The headers before the last block: those of the record as it was read. All of them when there is no block.</summary>
    public static IReadOnlyList<RecordHeader> Original(IReadOnlyList<RecordHeader> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        for (int i = headers.Count - 1; i >= 0; i--)
        {
            if (headers[i].Key == HeaderNames.DeadLetterId)
            {
                return [.. headers.Take(i)];
            }
        }

        return headers;
    }

    // Lengths on the wire are variable; rounded up, so that what fits here fits there.
    private static long SizeOf(EncodedMessage message) =>
        512L + (message.Key?.Length ?? 0) + (message.Value?.Length ?? 0) + message.Headers.Sum(h => 16L + (3L * h.Key.Length) + (h.Value?.Length ?? 0));

    private static string Required(IReadOnlyList<RecordHeader> headers, string name) =>
        headers.FindText(name) ?? throw new WireFormatException($"The header {name} is missing; every dead letter carries one.");

    private static long RequiredNumber(IReadOnlyList<RecordHeader> headers, string name) =>
        headers.FindInt64(name) ?? throw new WireFormatException($"The header {name} is missing; every dead letter carries one.");
}
