using Confluent.Kafka;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>How far a reader is on its way to the first record.</summary>
internal enum ReaderState
{
    /// <summary>The offset table does not know the partition: the broker is still to be asked where it begins.</summary>
    Resolving,

    /// <summary>The next offset is known, the client is still to be sent there; what comes before is stale.</summary>
    Seeking,

    /// <summary>Records are taken.</summary>
    Reading,

    /// <summary>The client says that the next offset cannot be read: the broker is still to be asked what there is.</summary>
    InGap,
}

/// <summary>
/// One partition on the consumer's thread: its reading, its chunk, its state. Only <see cref="ReaderState.Reading"/> takes records.
/// <code>
/// assigned, table knows it ----------------------------> Reading --offset gone--> InGap
/// assigned, unknown --> Resolving --start--> Seeking --sought--^                    |
/// rewind, new table -------------------------^  ^-------------accepted-------------+
/// </code>
/// </summary>
internal sealed class PartitionReader
{
    private readonly int _chunkRecords;
    private ChunkBuilder? _builder;

    /// <summary>A partition was just assigned, and the client was told to begin at the reading's start.</summary>
    public PartitionReader(TopicPartition partition, PartitionReading reading, int chunkRecords = RecordChunk.MaxRecords)
    {
        (Partition, Reading, _chunkRecords) = (partition, reading, chunkRecords);
        if (reading.Start is { } start)
        {
            _builder = new ChunkBuilder(reading, start, _chunkRecords);
            State = ReaderState.Reading;
        }
    }

    /// <summary>The client's name of the partition.</summary>
    public TopicPartition Partition { get; }

    /// <summary>The present reading.</summary>
    public PartitionReading Reading { get; private set; }

    /// <summary>The state.</summary>
    public ReaderState State { get; private set; }

    /// <summary>True when the client met an offset that it cannot read and has stopped fetching the partition.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>The chunk that is being filled.</summary>
    /// <exception cref="InvalidOperationException">The start is not known yet.</exception>
    public ChunkBuilder Builder => _builder ?? throw new InvalidOperationException($"The start of {Reading.Partition} is not known yet.");

    /// <summary>Timestamp at which the first record of the present chunk came.</summary>
    public long ChunkBegan { get; set; }

    /// <summary>True while nothing was handed over since the last beat.</summary>
    public bool IsQuiet { get; set; } = true;

    /// <summary>What is read next, or null while that is not known.</summary>
    public long? Next => _builder?.Next;

    /// <summary>A new reading began: what was collected is dropped.</summary>
    public void Begin(PartitionReading reading)
    {
        Reading = reading;
        if (reading.Start is { } start)
        {
            SeekFrom(start);
        }
        else
        {
            _builder = null;
            State = ReaderState.Resolving;
        }
    }

    /// <summary>The first offset became known, or an accepted gap was jumped: the client is to be sent there.</summary>
    public void SeekFrom(long start)
    {
        _builder = new ChunkBuilder(Reading, start, _chunkRecords);
        State = ReaderState.Seeking;
    }

    /// <summary>The client was sent to the next offset.</summary>
    public void Sought() => (State, IsStopped) = (ReaderState.Reading, false);

    /// <summary>
    /// The client cannot read on. A reader that is under way to another offset anyhow has met no gap, but has to start the client again.
    /// </summary>
    public void MeetGap()
    {
        IsStopped = true;
        if (State == ReaderState.Reading)
        {
            State = ReaderState.InGap;
        }
    }
}
