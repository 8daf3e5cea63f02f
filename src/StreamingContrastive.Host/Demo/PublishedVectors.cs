using StreamingContrastive.Contracts;
using StreamingContrastive.Learning.Evaluation;

namespace StreamingContrastive.Host.Demo;

/// <summary>
/// What a consumer of the demo's embeddings has seen: counts, distinct keys, and the vectors of the newest model version by key.
/// Vectors of different versions are never mixed: a newer version empties the set. Used by one reader thread; the counts may be
/// read from others.
/// </summary>
internal sealed class PublishedVectors
{
    private readonly HashSet<int> _keys = [];
    private readonly Dictionary<int, ReadOnlyMemory<float>> _newest = [];
    private long _version = -1;
    private long _readBack;

    /// <summary>Messages with a vector, repeats included.</summary>
    public long ReadBack => Interlocked.Read(ref _readBack);

    /// <summary>Different keys among them.</summary>
    public int DistinctKeys => _keys.Count;

    /// <summary>Vectors of the newest version.</summary>
    public int NewestCount => _newest.Count;

    /// <summary>Takes a message from the topic.</summary>
    public void Observe(PublishedEmbedding embedding, int picture)
    {
        _keys.Add(picture);
        if (embedding.ModelVersion > _version)
        {
            _newest.Clear();
            _version = embedding.ModelVersion;
        }

        if (embedding.ModelVersion == _version)
        {
            _newest[picture] = embedding.Vector;
        }

        Interlocked.Increment(ref _readBack);
    }

    /// <summary>Leave-one-out kNN-20 accuracy of the newest version's vectors; null when there are not enough of them.</summary>
    public double? LeaveOneOutKnn20(ReadOnlySpan<int> labels)
    {
        if (_newest.Count <= KnnSettings.Nearest20.Neighbours)
        {
            return null;
        }

        var dimension = _newest.First().Value.Length;
        var values = new float[_newest.Count * dimension];
        var classes = new int[_newest.Count];
        var row = 0;
        foreach (var (picture, vector) in _newest.OrderBy(v => v.Key))
        {
            vector.Span.CopyTo(values.AsSpan(row * dimension, dimension));
            classes[row++] = labels[picture];
        }

        return KnnClassifier.LeaveOneOut([KnnSettings.Nearest20], new LabelledFeatures(values, classes))[0].Accuracy;
    }
}
