using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Publishing;

/// <summary>What a step's outputs are stamped with.</summary>
/// <param name="LineageEpoch">The trainer's epoch.</param>
/// <param name="Step">Completed optimizer steps.</param>
/// <param name="ModelVersion">The frozen version that computed the vectors.</param>
internal readonly record struct OutputStamp(long LineageEpoch, long Step, long ModelVersion);

/// <summary>
/// Turns what a step produced into messages, in the order of the input: a tombstone stays before the rows that it preceded, so
/// that the last word on a key is the same in both topics. Records of several parts have a topic a part: a vector for each part that is
/// there, and a tombstone in every one. Pure; owned by the trainer.
/// </summary>
internal sealed class OutputEncoder
{
    private readonly string _pipeline;
    private readonly string _spaceId;
    private readonly bool _atomic;
    private readonly TopicNames _topics;
    private readonly (string? Part, string Topic)[] _parts;
    private readonly EmbeddingCodec _embeddings;
    private readonly MetricsCodec _metrics;
    private readonly ModelAnnouncementCodec _models;

    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="format">Format of values.</param>
    /// <param name="spaceId">Embedding space.</param>
    /// <param name="atomic">Whether an announcement is published in one transaction with the outputs of its checkpoint.</param>
    /// <param name="parts">Names of the parts where records have several; null where they have one.</param>
    public OutputEncoder(string pipeline, EmbeddingFormat format, string spaceId, bool atomic = false, IReadOnlyList<string>? parts = null)
    {
        _atomic = atomic;
        (_pipeline, _spaceId, _topics) = (pipeline, spaceId, new TopicNames(pipeline));
        _parts = parts is null ? [(null, _topics.Embeddings)] : [.. parts.Select(p => ((string?)p, _topics.EmbeddingsOf(p)))];
        _embeddings = new EmbeddingCodec(pipeline, format.OfEmbeddings());
        _metrics = new MetricsCodec(pipeline, format.OfDocuments());
        _models = new ModelAnnouncementCodec(pipeline, format.OfDocuments());
    }

    /// <summary>Messages of a batch: one embedding a row and part, and the tombstones that its watermarks passed.</summary>
    /// <param name="positions">The batch.</param>
    /// <param name="vectors">Those of each part, in the encoder's order; of no part when only watermarks moved.</param>
    /// <param name="dimension">Numbers of a vector.</param>
    /// <param name="stamp">Epoch, step, version.</param>
    /// <param name="into">Receives the messages.</param>
    public void Batch(BatchPositions positions, IReadOnlyList<PartVectors> vectors, int dimension, OutputStamp stamp, List<OutputRecord> into)
    {
        var tombstone = 0;
        for (var row = 0; row < positions.Count; row++)
        {
            for (; tombstone < positions.Tombstones.Count && positions.Tombstones[tombstone].BeforeRow <= row; tombstone++)
            {
                AddTombstone(positions, positions.Tombstones[tombstone], stamp, into);
            }

            for (var part = 0; part < vectors.Count; part++)
            {
                if (vectors[part].Has(row))
                {
                    into.Add(Embedding(part, positions.PartitionOf(row), positions.Rows[row], vectors[part].Vectors.Slice(row * dimension, dimension), stamp));
                }
            }
        }

        for (; tombstone < positions.Tombstones.Count; tombstone++)
        {
            AddTombstone(positions, positions.Tombstones[tombstone], stamp, into);
        }
    }

    /// <summary>Only the tombstones of a batch: its rows went to the dead letters.</summary>
    public void Tombstones(BatchPositions positions, OutputStamp stamp, List<OutputRecord> into)
    {
        foreach (var tombstone in positions.Tombstones)
        {
            AddTombstone(positions, tombstone, stamp, into);
        }
    }

    /// <summary>A message for NAME.metrics.</summary>
    public OutputRecord Metrics(OutputStamp stamp, RecordCounters counters, IReadOnlyDictionary<string, double> values, long nowUnixMs) =>
        Output(_topics.Metrics, _metrics.Encode(new MetricsRecord
        {
            Pipeline = _pipeline,
            LineageEpoch = stamp.LineageEpoch,
            Step = stamp.Step,
            ModelVersion = stamp.ModelVersion,
            TimeUnixMs = nowUnixMs,
            Counters = counters,
            Values = values,
        }));

    /// <summary>A message for NAME.models.</summary>
    public OutputRecord Announcement(CheckpointManifest manifest, int dimension) => Output(_topics.Models, _models.Encode(new ModelAnnouncement
    {
        Pipeline = _pipeline,
        Version = (long)manifest.ModelVersion,
        SpaceId = manifest.SpaceId,
        LineageEpoch = manifest.Epoch,
        Step = manifest.Step,
        Checkpoint = manifest.Name.ToString(),
        Parent = manifest.Parent?.ToString(),
        BranchedFrom = manifest.BranchedFrom is { } branch ? new BranchPoint(branch.Epoch, branch.Step, branch.ToString()) : null,
        Atomic = _atomic,
        ManifestSha256 = manifest.Checksum,
        Dimension = dimension,
        SourceOffsets = [.. manifest.NextOffsets.Select(o => new SourceOffset(o.Topic, o.Partition, o.Next))],
        CreatedUnixMs = manifest.CreatedAt.ToUnixTimeMilliseconds(),
    }));

    private OutputRecord Embedding(int part, PartitionId partition, in PairMeta row, ReadOnlyMemory<float> vector, OutputStamp stamp) =>
        Output(_parts[part].Topic, _embeddings.Encode(new PublishedEmbedding
        {
            Part = _parts[part].Part,
            Key = row.Key,
            Vector = vector,
            Normalised = true,
            ModelVersion = stamp.ModelVersion,
            SpaceId = _spaceId,
            LineageEpoch = stamp.LineageEpoch,
            Step = stamp.Step,
            Source = new SourcePosition(partition.Topic, partition.Partition, row.Offset),
            EventTimeUnixMs = row.EventTimeUnixMs,
            TraceParent = row.Trace.TraceParent,
            TraceState = row.Trace.TraceState,
        }));

    // In every part's topic: which parts the deleted record had, nobody remembers.
    private void AddTombstone(BatchPositions positions, PassedTombstone passed, OutputStamp stamp, List<OutputRecord> into)
    {
        var partition = positions.Partitions[passed.PartitionIndex].Partition;
        foreach (var (part, topic) in _parts)
        {
            into.Add(Output(topic, _embeddings.EncodeTombstone(new PublishedTombstone
            {
                Part = part,
                Key = passed.Tombstone.Key,
                Source = new SourcePosition(partition.Topic, partition.Partition, passed.Tombstone.Offset),
                LineageEpoch = stamp.LineageEpoch,
                Step = stamp.Step,
            })));
        }
    }

    private static OutputRecord Output(string topic, EncodedMessage message) =>
        new(topic, message.Key, message.Value, message.Headers, message.TimestampUnixMs);
}
