namespace StreamingContrastive.Host.Commands.DeadLetters;

/// <summary>Letters counted by stage and reason, and the newest of them. Memory is bounded, however long the topic is. Pure.</summary>
/// <param name="newest">Most lines that are kept.</param>
/// <param name="seen">Tells repeats.</param>
internal sealed class LetterSummary(int newest, SeenPositions seen)
{
    // Stages and reasons are ours, but headers are anybody's: a flood of invented ones must not fill the memory.
    private const int MaxGroups = 200;
    private static readonly (string, string) Others = ("(other)", "(other)");
    private readonly Dictionary<(string Stage, string Reason), long> _groups = [];
    private readonly PriorityQueue<LetterLine, (long, int, long)> _newest = new();

    /// <summary>Letters.</summary>
    public long Letters { get; private set; }

    /// <summary>Records among them: repeats of one position count once.</summary>
    public long Records { get; private set; }

    /// <summary>True when there were too many records to tell all repeats.</summary>
    public bool RepeatsUntold => seen.IsFull;

    /// <summary>Records by stage and reason, the largest first.</summary>
    public IReadOnlyList<(string Stage, string Reason, long Records)> Groups =>
        [.. _groups.Select(g => (g.Key.Stage, g.Key.Reason, g.Value)).OrderByDescending(g => g.Value).ThenBy(g => g.Stage, StringComparer.Ordinal).ThenBy(g => g.Reason, StringComparer.Ordinal)];

    /// <summary>The newest records' letters, newest last.</summary>
    public IReadOnlyList<LetterLine> Newest => [.. _newest.UnorderedItems.OrderBy(i => i.Priority).Select(i => i.Element)];

    /// <summary>Counts a letter.</summary>
    public void Add(ReceivedLetter letter)
    {
        Letters++;
        if (!seen.IsFirst(letter.Letter.Source))
        {
            return;
        }

        Records++;
        var line = LetterLine.Of(letter);
        var group = (line.Stage, line.Reason);
        group = _groups.ContainsKey(group) || _groups.Count < MaxGroups ? group : Others;
        _groups[group] = _groups.GetValueOrDefault(group) + 1;
        _newest.Enqueue(line, (line.WrittenUnixMs, line.Position.Partition, line.Position.Offset));
        if (_newest.Count > newest)
        {
            _newest.Dequeue();
        }
    }
}
