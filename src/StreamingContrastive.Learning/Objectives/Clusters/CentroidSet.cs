using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Clusters;

/// <summary>
/// The centroids of one part's keys (learning.md 1.12, streaming build), all of its state in tensors. Closed until the gate opens it;
/// then every step moves the centroids that got keys, and a cluster that got none for long begins anew. Owns its tensors.
/// </summary>
internal sealed class CentroidSet : IDisposable
{
    private readonly ClusterOptions options;
    private readonly Tensor updates; // [k] batches that moved a centroid since it was seeded
    private readonly Tensor seen; // [k] step in which a key last fell to it
    private readonly Tensor reference; // [k, d] the centroids by which the queue's keys were last assigned
    private readonly Tensor reseeds; // []
    private readonly Tensor opened; // [1] on the host: 0 closed, else the step of the opening + 1

    public CentroidSet(ClusterOptions options, int dimension, ScalarType dtype, Device device)
    {
        this.options = options;
        using var scope = NewDisposeScope();
        Centroids = zeros(options.Count, dimension, dtype, device).DetachFromDisposeScope();
        reference = zeros(options.Count, dimension, dtype, device).DetachFromDisposeScope();
        updates = zeros(options.Count, ScalarType.Int64, device).DetachFromDisposeScope();
        seen = zeros(options.Count, ScalarType.Int64, device).DetachFromDisposeScope();
        reseeds = zeros([1], ScalarType.Int64, device).DetachFromDisposeScope();
        opened = zeros([1], ScalarType.Int64).DetachFromDisposeScope();
    }

    /// <summary>Unit rows [k, d]; zeros while closed.</summary>
    public Tensor Centroids { get; }

    /// <summary>Whether the gate has opened. Open sets stay open.</summary>
    public bool IsOpen => opened.data<long>()[0] > 0;

    public IReadOnlyList<(string Name, Tensor Value)> State =>
        [("centroids", Centroids), ("reference", reference), ("updates", updates), ("seen", seen), ("reseeds", reseeds), ("opened", opened)];

    /// <summary>Times that a cluster began anew.</summary>
    public Tensor Reseeds => reseeds;

    /// <summary>Clusters that no key fell to for so many steps, a scalar.</summary>
    public Tensor Unseen(long step, int steps) => (step - seen).ge(steps).sum();

    /// <summary>Cluster + 1 of every row, [n] int64; 0 while closed and for rows that are not present.</summary>
    public Tensor Ids(Tensor rows, Tensor? present = null)
    {
        if (!IsOpen)
        {
            return zeros(rows.shape[0], ScalarType.Int64, rows.device);
        }

        var ids = SphericalKMeans.Assign(rows, Centroids).Index + 1;
        return present is null ? ids : ids * present.to(ScalarType.Int64);
    }

    /// <summary>Opens with centroids seeded from rows [n, d], where the gate lets it and there are as many rows as clusters; whether it did.</summary>
    /// <param name="batch">Keys of the batch, [B, d], by which the gate is judged.</param>
    /// <param name="present">[B] bool; null: all.</param>
    /// <param name="recent">All recent keys, those of the batch included, [n, d].</param>
    /// <param name="step">The running step.</param>
    /// <param name="seed">Seed of the draws.</param>
    public bool TryOpen(Tensor batch, Tensor? present, Tensor recent, long step, ulong seed)
    {
        using var scope = NewDisposeScope();
        if (IsOpen || recent.shape[0] < options.Count || SphericalKMeans.MeanCosine(batch, present).to(ScalarType.Float64).cpu().item<double>() > options.StartCosine)
        {
            return false;
        }

        Centroids.copy_(SphericalKMeans.Seeds(recent, options.Count, seed));
        seen.fill_(step);
        opened.fill_(step + 1);
        return true;
    }

    /// <summary>Moves the centroids towards a batch's keys, eta = max(eta_min, 1 / updates), and begins clusters anew that nobody fell to.</summary>
    /// <param name="keys">[B, d].</param>
    /// <param name="present">[B] bool; null: all.</param>
    /// <param name="step">The running step.</param>
    public void Learn(Tensor keys, Tensor? present, long step)
    {
        using var scope = NewDisposeScope();
        var (index, cosine) = SphericalKMeans.Assign(keys, Centroids);
        var (count, mean) = SphericalKMeans.Means(keys, index, options.Count, present);
        var hit = count.gt(0);
        updates.add_(hit.to(ScalarType.Int64));
        var rate = updates.to(keys.dtype).clamp_min(1).reciprocal().clamp_min(options.LeastRate).masked_fill(hit.logical_not(), 0);
        Centroids.copy_(SphericalKMeans.Move(Centroids, mean, rate));
        seen.masked_fill_(hit, step);
        Reseed(keys, present is null ? cosine : cosine.masked_fill(present.logical_not(), double.PositiveInfinity), step);
    }

    /// <summary>Whether a centroid has drifted so far since the last call that said so that queued keys must be assigned again.</summary>
    public bool HasDrifted()
    {
        using var scope = NewDisposeScope();
        var drift = 1 - (Centroids * reference).sum(1).amin(); // a new set has a reference of zeros: drift 1
        if (drift.to(ScalarType.Float64).cpu().item<double>() < options.Drift)
        {
            return false;
        }

        reference.copy_(Centroids);
        return true;
    }

    public void Dispose()
    {
        foreach (var (_, value) in State)
        {
            value.Dispose();
        }
    }

    // The i-th of the clusters without keys takes the i-th farthest key of the batch; where there are more of them than keys, the rest
    // waits for the next batch. No value goes to the host.
    private void Reseed(Tensor keys, Tensor cosine, long step)
    {
        var dead = (step - seen).ge(options.ReseedAfterSteps); // [k]
        var (nearest, order) = cosine.sort(0, descending: false, stable: true);
        var place = dead.to(ScalarType.Int64).cumsum(0) - 1;
        var at = place.clamp(0, keys.shape[0] - 1);
        var taken = dead.logical_and(place.lt(keys.shape[0])).logical_and(nearest.index_select(0, at).isposinf().logical_not());
        Centroids.copy_(where(taken.unsqueeze(1), keys.index_select(0, order.index_select(0, at)), Centroids));
        updates.masked_fill_(taken, 0);
        seen.masked_fill_(taken, step);
        reseeds.add_(taken.sum());
    }
}
