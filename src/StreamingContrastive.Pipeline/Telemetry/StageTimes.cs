namespace StreamingContrastive.Pipeline.Telemetry;

/// <summary>Where a pipeline spends its time.</summary>
public enum PipelineStage
{
    /// <summary>Trainer's thread: optimizer steps, with the embeddings of their clean views and the encoding of outputs.</summary>
    Step,

    /// <summary>Trainer's thread: kNN and RankMe on the held-out probe.</summary>
    Evaluation,

    /// <summary>Trainer's thread: copying the state for a checkpoint.</summary>
    StateCopy,

    /// <summary>Trainer's thread: embedding the sample that the map shows.</summary>
    EmbeddingSample,

    /// <summary>Augmentation workers, all together: decoding and views.</summary>
    Augmentation,

    /// <summary>Ingest: waiting until the broker has acknowledged dead letters.</summary>
    DeadLetters,

    /// <summary>Ingest: pairs are ready, and the trainer has no room for them yet.</summary>
    Credit,
}

/// <summary>
/// Time by stage since the start of the process. Written from the threads that do the work, with one interlocked addition a step or chunk,
/// and read by whoever shows it. Only differences between two looks mean something.
/// </summary>
public sealed class StageTimes
{
    private readonly long[] _ticks = new long[Enum.GetValues<PipelineStage>().Length];
    private int _workers;

    /// <summary>Augmentation workers: their time together is up to so many times that of the clock. 0 before the start.</summary>
    public int AugmentationWorkers => Volatile.Read(ref _workers);

    /// <summary>Time spent in a stage so far.</summary>
    public TimeSpan Of(PipelineStage stage) => new(Interlocked.Read(ref _ticks[(int)stage]));

    internal void Add(PipelineStage stage, TimeSpan time) => Interlocked.Add(ref _ticks[(int)stage], time.Ticks);

    internal void UseWorkers(int workers) => Volatile.Write(ref _workers, workers);
}
