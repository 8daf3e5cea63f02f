namespace StreamingContrastive.Pipeline.Training;

/// <summary>
/// The trainer's side of the credits: an ingest may have sent <c>window + released</c> records since its registration. A record
/// is released when it leaves the assembler (trained, passed or refused), so at most a window of them waits here.
/// </summary>
internal sealed class CreditAccount(int windowRecords)
{
    private long _released;

    /// <summary>Records that may have been sent in all.</summary>
    public long Granted => windowRecords + _released;

    /// <summary>Records that left.</summary>
    public void Release(long records) => _released += records;
}
