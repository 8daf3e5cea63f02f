namespace StreamingContrastive.Pipeline.Telemetry;

/// <summary>
/// Time by stage since the start of the process, of all who work in it together. Written from the threads that do the work, with one
/// interlocked addition a step or chunk, and read by whoever shows it. Only differences between two looks mean something.
/// </summary>
public sealed class StageTimes
{
    private readonly long[] _ticks = new long[PipelineStageNames.Count];
    private int _workers;

    /// <summary>Augmentation workers: their time together is up to so many times that of the clock. 0 before the start.</summary>
    public int AugmentationWorkers => Volatile.Read(ref _workers);

    /// <summary>Time spent in a stage so far.</summary>
    public TimeSpan Of(PipelineStage stage) => new(Interlocked.Read(ref _ticks[(int)stage]));

    internal void Add(PipelineStage stage, TimeSpan time) => Interlocked.Add(ref _ticks[(int)stage], time.Ticks);

    internal void UseWorkers(int workers) => Volatile.Write(ref _workers, workers);
}
