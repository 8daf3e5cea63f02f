using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Pipeline.Monitoring;

/// <summary>
/// The bank of the kNN monitor: clean views and labels of the first so many labelled records of the stream with different ids.
/// Fixed once it is full, so that accuracies at different steps can be compared; views, not vectors, since vectors of different
/// versions must never be.
/// </summary>
internal sealed class ProbeBank(int capacityRecords, int rowBytes)
{
    private readonly HashSet<long> _seen = [];
    private readonly byte[] _pixels = new byte[checked(capacityRecords * rowBytes)];
    private readonly int[] _labels = new int[capacityRecords];

    /// <summary>Records in the bank.</summary>
    public int Count { get; private set; }

    /// <summary>Clean views, [Count x rowBytes].</summary>
    public ReadOnlySpan<byte> Pixels => _pixels.AsSpan(0, Count * rowBytes);

    /// <summary>Labels, [Count].</summary>
    public ReadOnlySpan<int> Labels => _labels.AsSpan(0, Count);

    /// <summary>Takes the labelled, unseen records of a batch while there is room.</summary>
    public void Observe(TrainingBatch batch)
    {
        for (var row = 0; row < batch.Count && Count < capacityRecords; row++)
        {
            if (batch.Labels[row] >= 0 && _seen.Add(batch.RecordIds[row]))
            {
                batch.Clean.AsSpan(row * rowBytes, rowBytes).CopyTo(_pixels.AsSpan(Count * rowBytes));
                _labels[Count++] = batch.Labels[row];
            }
        }
    }
}
