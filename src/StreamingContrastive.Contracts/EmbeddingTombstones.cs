namespace StreamingContrastive.Contracts;

/// <summary>Reads tombstones; one that another program wrote, without our headers, is still a deletion of its key.</summary>
internal static class EmbeddingTombstones
{
    public static PublishedTombstone Decode(byte[]? key, IReadOnlyList<RecordHeader> headers)
    {
        if (headers.FindText(HeaderNames.Type) != EventTypes.Tombstone)
        {
            return new PublishedTombstone { Key = key };
        }

        return new PublishedTombstone
        {
            Key = key,
            Part = headers.FindText(HeaderNames.Part),
            Id = headers.FindText(HeaderNames.Id),
            Pipeline = CloudEventSources.ParsePipeline(headers.FindText(HeaderNames.Source)),
            Source = new SourcePosition(
                headers.FindText(HeaderNames.SourceTopic) ?? throw Missing(HeaderNames.SourceTopic),
                checked((int)Required(headers, HeaderNames.SourcePartition)),
                Required(headers, HeaderNames.SourceOffset)),
            LineageEpoch = Required(headers, HeaderNames.LineageEpoch),
            Step = Required(headers, HeaderNames.Step),
            EventTimeUnixMs = CloudEventTimes.Parse(headers.FindText(HeaderNames.Time)),
            TraceParent = headers.FindText(HeaderNames.TraceParent),
        };
    }

    private static long Required(IReadOnlyList<RecordHeader> headers, string name) => headers.FindInt64(name) ?? throw Missing(name);

    private static WireFormatException Missing(string name) =>
        new($"The tombstone's header {name} is missing; a tombstone of a pipeline carries its source, epoch and step.");
}
