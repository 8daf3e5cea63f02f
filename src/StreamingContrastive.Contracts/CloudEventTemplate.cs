namespace StreamingContrastive.Contracts;

/// <summary>The headers that every event of one kind shares, encoded once.</summary>
internal sealed class CloudEventTemplate
{
    private readonly RecordHeader[] _constant;

    public CloudEventTemplate(string pipeline, string eventType, WireFormat? format)
    {
        List<RecordHeader> headers =
        [
            RecordHeaderExtensions.Text(HeaderNames.SpecVersion, "1.0"),
            RecordHeaderExtensions.Text(HeaderNames.Source, CloudEventSources.Of(pipeline)),
            RecordHeaderExtensions.Text(HeaderNames.Type, eventType),
        ];
        if (format is { } known)
        {
            headers.Add(RecordHeaderExtensions.Text(HeaderNames.ContentType, MediaTypes.Of(known)));
        }

        _constant = [.. headers];
    }

    /// <summary>A list that the caller may extend.</summary>
    public List<RecordHeader> Begin(string id, long timeUnixMs, int extra)
    {
        var headers = new List<RecordHeader>(_constant.Length + 2 + extra);
        headers.AddRange(_constant);
        headers.Add(RecordHeaderExtensions.Text(HeaderNames.Id, id));
        if (timeUnixMs >= 0)
        {
            headers.Add(RecordHeaderExtensions.Text(HeaderNames.Time, CloudEventTimes.Format(timeUnixMs)));
        }

        return headers;
    }
}
