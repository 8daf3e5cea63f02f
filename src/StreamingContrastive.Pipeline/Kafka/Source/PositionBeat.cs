using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>
/// Repeats where quiet partitions are, as empty ranges [next, next): a chunk that is lost on its way shows in the chunk behind it, and
/// the last one before a quiet time has none. The trainer refuses the empty range then, and the source reads again.
/// Silent while the way to the trainer is full: the chunks that wait there say the same. Consumer thread only.
/// </summary>
internal sealed class PositionBeat(RecordSourceSettings settings, EventOutlet outlet, TimeProvider time)
{
    private long _at = time.GetTimestamp();

    /// <summary>Speaks for every partition that has not spoken since the last call that was due.</summary>
    public void Refresh(IReadOnlyCollection<PartitionReader> held)
    {
        if (time.GetElapsedTime(_at) < settings.BeatInterval || !outlet.IsDrained)
        {
            return;
        }

        _at = time.GetTimestamp();
        foreach (var reader in held)
        {
            if (reader.State == ReaderState.Reading && reader.Builder.IsEmpty)
            {
                if (reader.IsQuiet)
                {
                    outlet.Enqueue(new ChunkRead(reader.Builder.Beat()));
                }

                reader.IsQuiet = true;
            }
        }
    }
}
