namespace StreamingContrastive.Pipeline.Training;

/// <summary>Says when a checkpoint is due: after so many records or so much time since the last one, whichever comes first.</summary>
internal sealed class CheckpointCadence(int everyRecords, TimeSpan every, TimeProvider clock)
{
    private long _since = clock.GetTimestamp();
    private long _records;

    /// <summary>Records since the last checkpoint.</summary>
    public long Records => _records;

    /// <summary>Somebody asked for a checkpoint, and it was not taken yet.</summary>
    public bool IsDemanded { get; private set; }

    /// <summary>Whether a checkpoint is due. A stretch without records is never due: there is nothing to make durable.</summary>
    public bool IsDue => _records >= everyRecords || (_records > 0 && (IsDemanded || clock.GetElapsedTime(_since) >= every));

    /// <summary>The next one is due as soon as there is anything to make durable.</summary>
    public void Demand() => IsDemanded = true;

    /// <summary>The watermark passed so many records.</summary>
    public void Passed(long records) => _records += records;

    /// <summary>A checkpoint was taken.</summary>
    public void Taken()
    {
        _records = 0;
        IsDemanded = false;
        _since = clock.GetTimestamp();
    }
}
