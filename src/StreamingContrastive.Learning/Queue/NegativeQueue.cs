using StreamingContrastive.Learning.Objectives;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Queue;

/// <summary>
/// Ring of the newest K keys with their metadata. Any batch size: it wraps, and of a batch larger than K the newest K stay. Owns its
/// tensors. He et al. 2020, arXiv 1911.05722, section 3.2; departs from it by starting empty instead of with random vectors.
/// </summary>
internal sealed class NegativeQueue : IDisposable
{
    private readonly Tensor keys;
    private readonly Tensor meta;

    /// <param name="capacity">K, at least 1.</param>
    /// <param name="dimension">Dimension of a key.</param>
    /// <param name="dtype">Type of the keys.</param>
    /// <param name="device">Device.</param>
    /// <param name="pictureBytes">Bytes of a picture, where the pictures behind the keys are kept too (for refresh); 0 for none.</param>
    public NegativeQueue(int capacity, int dimension, ScalarType dtype, Device device, int pictureBytes = 0)
    {
        if (capacity < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "objective.queueCapacityRows must be at least 1; 4096 is the default.");
        }

        Capacity = capacity;
        Dimension = dimension;
        keys = zeros(capacity, dimension, dtype, device).DetachFromDisposeScope();
        meta = zeros(ItemMeta.FieldCount, capacity, ScalarType.Int64, device).DetachFromDisposeScope();
        Pictures = pictureBytes == 0 ? null : zeros(capacity, pictureBytes, ScalarType.Byte, device).DetachFromDisposeScope();
    }

    /// <summary>K.</summary>
    public int Capacity { get; }

    /// <summary>Dimension of a key.</summary>
    public int Dimension { get; }

    /// <summary>Rows that hold a key.</summary>
    public int Filled { get; private set; }

    /// <summary>Row that the next key goes to.</summary>
    public int Next { get; private set; }

    /// <summary>All rows, filled or not, [K, d]: for checkpoints.</summary>
    public Tensor Keys => keys;

    /// <summary>Metadata of all rows, [fields, K]: for checkpoints.</summary>
    public Tensor Meta => meta;

    /// <summary>Pictures behind all rows, [K, bytes] uint8; null where none are kept.</summary>
    public Tensor? Pictures { get; }

    /// <summary>Views of the filled rows, owned by the current dispose scope.</summary>
    public QueueSnapshot Snapshot() => new(keys.narrow(0, 0, Filled), new ItemMeta(meta.narrow(1, 0, Filled)));

    /// <summary>Stores keys [B, d], their metadata and, where they are kept, their pictures [B, bytes]; oldest rows overwritten first.</summary>
    public void Enqueue(Tensor newKeys, ItemMeta items, Tensor? pictures = null)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var skipped = Math.Max(0, newKeys.shape[0] - Capacity);
        var count = newKeys.shape[0] - skipped;
        for (var done = 0L; done < count;)
        {
            var length = Math.Min(count - done, Capacity - Next);
            keys.narrow(0, Next, length).copy_(newKeys.narrow(0, skipped + done, length));
            meta.narrow(1, Next, length).copy_(items.Fields.narrow(1, skipped + done, length));
            Pictures?.narrow(0, Next, length).copy_(pictures!.narrow(0, skipped + done, length));
            Next = (int)((Next + length) % Capacity);
            done += length;
        }

        Filled = (int)Math.Min(Capacity, Filled + count);
    }

    /// <summary>Takes over saved rows and pointers. Shapes are checked by the caller, which knows the file.</summary>
    public void Restore(Tensor savedKeys, Tensor savedMeta, int next, int filled, Tensor? savedPictures = null)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        keys.copy_(savedKeys);
        meta.copy_(savedMeta);
        Pictures?.copy_(savedPictures!);
        (Next, Filled) = (next, filled);
    }

    public void Dispose()
    {
        keys.Dispose();
        meta.Dispose();
        Pictures?.Dispose();
    }
}
