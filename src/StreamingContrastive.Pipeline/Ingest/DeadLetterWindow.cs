using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Ingest;

/// <summary>
/// The share of bad records among the last so many: a few are the world's way, a flood means that the pipeline file does not fit the
/// topic. Pure; one caller at a time. Records of a partition must be offered in offset order.
/// </summary>
/// <remarks>
/// A position counts once: what is read again after a rewind is passed over, so a stuttering trainer cannot fill the window with the
/// same record. Until the window has filled, missing records count as good, so one bad record at the start stops nothing.
/// </remarks>
internal sealed class DeadLetterWindow
{
    private const int Examples = 3;
    private readonly bool[] _bad;
    private readonly double _maxShare;
    private readonly Dictionary<PartitionId, long> _counted = [];
    private readonly Queue<string> _examples = new(Examples);
    private int _at;
    private int _badCount;

    /// <summary>Starts with an empty window.</summary>
    /// <param name="maxShare">Share above which <see cref="Exceeded"/> is true, 0 to 1.</param>
    /// <param name="windowRecords">Records of the window, at least 1.</param>
    public DeadLetterWindow(double maxShare, int windowRecords)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxShare, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxShare, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(windowRecords, 1);
        _maxShare = maxShare;
        _bad = new bool[windowRecords];
    }

    /// <summary>Bad records in the window over its size.</summary>
    public double Share => (double)_badCount / _bad.Length;

    /// <summary>True while the share is above the limit.</summary>
    public bool Exceeded => Share > _maxShare;

    /// <summary>Bad records in all, each position once.</summary>
    public long Total { get; private set; }

    /// <summary>The last three bad records, oldest first.</summary>
    public IReadOnlyCollection<string> LastExamples => _examples;

    /// <summary>Counts a record, unless its position was counted before.</summary>
    /// <param name="partition">Its partition.</param>
    /// <param name="offset">Its offset.</param>
    /// <param name="badExample">Null for a good record; else one sentence on what was wrong with it.</param>
    /// <returns><see cref="Exceeded"/>.</returns>
    public bool Record(PartitionId partition, long offset, string? badExample)
    {
        if (_counted.TryGetValue(partition, out long last) && offset <= last)
        {
            return Exceeded;
        }

        _counted[partition] = offset;
        _badCount += (badExample is null ? 0 : 1) - (_bad[_at] ? 1 : 0);
        _bad[_at] = badExample is not null;
        _at = (_at + 1) % _bad.Length;
        if (badExample is not null)
        {
            Total++;
            if (_examples.Count == Examples)
            {
                _examples.Dequeue();
            }

            _examples.Enqueue($"{partition} offset {offset}: {badExample}");
        }

        return Exceeded;
    }

    /// <summary>Why the pipeline stops, for a person.</summary>
    public string Describe() =>
        $"{_badCount} of the last {_bad.Length} records could not be trained on; deadLetters:maxShare allows a share of {_maxShare}. "
        + $"The last ones: {string.Join("; ", _examples)}. Mend input:payload so that it fits the topic, or raise deadLetters:maxShare.";
}
