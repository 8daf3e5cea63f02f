using Google.Protobuf;

namespace StreamingContrastive.Contracts;

/// <summary>
/// Writes and reads the messages of NAME.embeddings and NAME.embeddings.PART. An instance writes for one pipeline in one format; reading needs no
/// instance, because the content-type header names the format. Safe for use by many threads.
/// </summary>
public sealed class EmbeddingCodec
{
    /// <summary>Longest value that <see cref="Decode"/> looks at, in bytes: 1 MiB, Kafka's own default limit of a message.</summary>
    public const int DefaultMaxValueBytes = 1024 * 1024;

    private readonly string _pipeline;
    private readonly WireFormat _format;
    private readonly CloudEventTemplate _embedding;
    private readonly CloudEventTemplate _tombstone;
    private readonly QdrantPointIds? _points;
    private VersionHeaders? _lastVersion;

    /// <summary>Makes a writer.</summary>
    /// <param name="pipeline">Name of the pipeline.</param>
    /// <param name="format">Format of the values.</param>
    public EmbeddingCodec(string pipeline, WireFormat format)
    {
        ArgumentException.ThrowIfNullOrEmpty(pipeline);
        (_pipeline, _format) = (pipeline, format);
        _embedding = new CloudEventTemplate(pipeline, EventTypes.Embedding, format);
        _tombstone = new CloudEventTemplate(pipeline, EventTypes.Tombstone, null);
        _points = format == WireFormat.Qdrant ? new QdrantPointIds(pipeline) : null;
    }

    /// <summary>
    /// Encodes an embedding. Key, source, epoch, step and the rest come from the message; its id is computed, so
    /// <see cref="EmbeddingMessage.Id"/> and <see cref="EmbeddingMessage.Pipeline"/> are not looked at. Equal messages give
    /// equal bytes.
    /// </summary>
    /// <exception cref="ArgumentException">The source is missing, the vector is empty or not finite, or a number is negative.</exception>
    public EncodedMessage Encode(PublishedEmbedding embedding)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        SourcePosition source = EmbeddingChecks.Source(embedding);
        EmbeddingChecks.Vector(embedding.Vector.Span, source);
        byte[] key = embedding.Key ?? source.ToKey();
        Guid? point = _points?.Of(key, embedding.Part);
        byte[] value = _format switch
        {
            WireFormat.Json => EmbeddingJson.Encode(embedding, source),
            WireFormat.Qdrant => QdrantPoints.Encode(embedding, source, _pipeline, point!.Value, key),
            _ => ToWire(embedding, source).ToByteArray(),
        };

        string id = EmbeddingIds.OfEmbedding(_pipeline, source, embedding.LineageEpoch, embedding.ModelVersion, embedding.Part);
        List<RecordHeader> headers = _embedding.Begin(id, embedding.EventTimeUnixMs, 7);
        headers.AddRange(HeadersOf(embedding).Items);
        return Complete(embedding, key, point, value, headers);
    }

    /// <summary>Encodes a tombstone: no value; the position of the input's tombstone stands in the headers.</summary>
    /// <exception cref="ArgumentException">The source is missing or a number is negative.</exception>
    public EncodedMessage EncodeTombstone(PublishedTombstone tombstone)
    {
        ArgumentNullException.ThrowIfNull(tombstone);
        SourcePosition source = EmbeddingChecks.Source(tombstone);
        string id = EmbeddingIds.OfTombstone(_pipeline, source, tombstone.LineageEpoch, tombstone.Part);
        List<RecordHeader> headers = _tombstone.Begin(id, tombstone.EventTimeUnixMs, 8);
        headers.Add(RecordHeaderExtensions.Number(HeaderNames.LineageEpoch, tombstone.LineageEpoch));
        headers.Add(RecordHeaderExtensions.Number(HeaderNames.Step, tombstone.Step));
        headers.Add(RecordHeaderExtensions.Text(HeaderNames.SourceTopic, source.Topic));
        headers.Add(RecordHeaderExtensions.Number(HeaderNames.SourcePartition, source.Partition));
        headers.Add(RecordHeaderExtensions.Number(HeaderNames.SourceOffset, source.Offset));
        byte[] key = tombstone.Key ?? source.ToKey();
        return Complete(tombstone, key, _points?.Of(key, tombstone.Part), null, headers);
    }

    /// <summary>Reads a message: its headers name the format, a null value is a tombstone.</summary>
    /// <param name="key">Key of the message.</param>
    /// <param name="value">Value of the message, or null.</param>
    /// <param name="headers">Headers of the message.</param>
    /// <param name="maxValueBytes">A longer value is refused before anything is allocated for it.</param>
    /// <exception cref="WireFormatException">The message is not what the contract says.</exception>
    public static EmbeddingMessage Decode(
        byte[]? key, byte[]? value, IReadOnlyList<RecordHeader> headers, int maxValueBytes = DefaultMaxValueBytes)
    {
        ArgumentNullException.ThrowIfNull(headers);
        byte[]? recordKey = headers.FindLast(HeaderNames.RecordKey)?.Value ?? key;
        if (value is null)
        {
            return EmbeddingTombstones.Decode(recordKey, headers);
        }

        WireParsing.Limit(value, maxValueBytes);
        PublishedEmbedding embedding = MediaTypes.Parse(headers.FindText(HeaderNames.ContentType)) switch
        {
            WireFormat.Json => EmbeddingJson.Decode(value),
            WireFormat.Qdrant => QdrantPoints.Decode(value),
            _ => FromWire(value),
        };
        return embedding with
        {
            Key = recordKey,
            Id = headers.FindText(HeaderNames.Id)
                ?? throw new WireFormatException($"The header {HeaderNames.Id} is missing; every embedding carries one."),
            Pipeline = CloudEventSources.ParsePipeline(headers.FindText(HeaderNames.Source)),
            TraceParent = headers.FindText(HeaderNames.TraceParent),
            TraceState = headers.FindText(HeaderNames.TraceState),
        };
    }

    private EncodedMessage Complete(EmbeddingMessage message, byte[] key, Guid? point, byte[]? value, List<RecordHeader> headers)
    {
        if (message.Part is { } part)
        {
            headers.Add(RecordHeaderExtensions.Text(HeaderNames.Part, part));
        }

        if (point is not null)
        {
            headers.Add(new RecordHeader(HeaderNames.RecordKey, key));
        }

        if (message.TraceParent is { } trace)
        {
            headers.Add(RecordHeaderExtensions.Text(HeaderNames.TraceParent, trace));
            if (message.TraceState is { } state)
            {
                headers.Add(RecordHeaderExtensions.Text(HeaderNames.TraceState, state));
            }
        }

        // A point and its tombstone need one key: the sink deletes by it, and compaction knows nothing else.
        byte[] messageKey = point is { } id ? QdrantPoints.Key(_pipeline, id) : key;
        return new EncodedMessage(messageKey, value, headers, message.EventTimeUnixMs);
    }

    private static Wire.Embedding ToWire(PublishedEmbedding embedding, SourcePosition source)
    {
        var wire = new Wire.Embedding
        {
            Vector = VectorBytes.Encode(embedding.Vector.Span),
            Dimension = (uint)embedding.Vector.Length,
            Normalised = embedding.Normalised,
            ModelVersion = (ulong)embedding.ModelVersion,
            SpaceId = embedding.SpaceId,
            LineageEpoch = (ulong)embedding.LineageEpoch,
            Step = (ulong)embedding.Step,
            SourceTopic = source.Topic,
            SourcePartition = source.Partition,
            SourceOffset = source.Offset,
        };
        if (embedding.EventTimeUnixMs >= 0)
        {
            wire.EventTimeUnixMs = embedding.EventTimeUnixMs;
        }

        if (embedding.Part is { } part)
        {
            wire.Part = part;
        }

        return wire;
    }

    private static PublishedEmbedding FromWire(byte[] value)
    {
        Wire.Embedding wire = WireParsing.Parse(Wire.Embedding.Parser, value);
        return new PublishedEmbedding
        {
            Vector = VectorBytes.Decode(wire.Vector.Span, wire.Dimension),
            Normalised = wire.Normalised,
            ModelVersion = WireParsing.Int64(wire.ModelVersion, "model_version"),
            SpaceId = wire.SpaceId,
            LineageEpoch = WireParsing.Int64(wire.LineageEpoch, "lineage_epoch"),
            Step = WireParsing.Int64(wire.Step, "step"),
            Source = new SourcePosition(wire.SourceTopic, wire.SourcePartition, wire.SourceOffset),
            EventTimeUnixMs = wire.HasEventTimeUnixMs ? wire.EventTimeUnixMs : -1,
            Part = wire.Part.Length == 0 ? null : wire.Part,
        };
    }

    private VersionHeaders HeadersOf(PublishedEmbedding embedding)
    {
        // Thousands of records in a row share version and epoch, a batch shares the step. A race costs an encoding, no more.
        VersionHeaders? last = Volatile.Read(ref _lastVersion);
        if (last is null || !last.Fits(embedding))
        {
            last = new VersionHeaders(embedding);
            Volatile.Write(ref _lastVersion, last);
        }

        return last;
    }

    private sealed class VersionHeaders(PublishedEmbedding first)
    {
        private readonly (long Version, long Epoch, long Step, string Space) _of =
            (first.ModelVersion, first.LineageEpoch, first.Step, first.SpaceId);

        public RecordHeader[] Items { get; } =
        [
            RecordHeaderExtensions.Number(HeaderNames.ModelVersion, first.ModelVersion),
            RecordHeaderExtensions.Text(HeaderNames.SpaceId, first.SpaceId),
            RecordHeaderExtensions.Number(HeaderNames.LineageEpoch, first.LineageEpoch),
            RecordHeaderExtensions.Number(HeaderNames.Step, first.Step),
        ];

        public bool Fits(PublishedEmbedding e) => _of == (e.ModelVersion, e.LineageEpoch, e.Step, e.SpaceId);
    }
}
