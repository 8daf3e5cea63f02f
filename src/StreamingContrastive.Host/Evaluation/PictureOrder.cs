namespace StreamingContrastive.Host.Evaluation;

/// <summary>A picture as it is drawn: which one, and what its views are a function of.</summary>
internal readonly record struct Drawn(int Picture, long Offset, int Pass);

/// <summary>In which order a training sees the pictures: draw number 0, 1, 2, ... without an end.</summary>
internal interface IPictureOrder
{
    /// <summary>The picture of a draw.</summary>
    public Drawn At(long draw);

    /// <summary>Different pictures.</summary>
    public int Count { get; }
}

/// <summary>As a stream brings them: one after the other; a picture that comes again is a new record.</summary>
internal sealed class StreamOrder(int count) : IPictureOrder
{
    /// <inheritdoc />
    public int Count => count;

    /// <inheritdoc />
    public Drawn At(long draw) => new((int)(draw % count), draw, Pass: 0);
}

/// <summary>
/// A stream in which some records are sent a second time, later, under the same id: what a producer that retries, or a page that is seen
/// again, makes of one. Which and when is a function of the seed; every record keeps its place among the first ones.
/// </summary>
internal sealed class RepeatedOrder : IPictureOrder
{
    private readonly int[] _pictures;

    /// <param name="count">Different pictures.</param>
    /// <param name="share">Share of them that come twice, 0 to 1.</param>
    /// <param name="seed">Draws them and their second places.</param>
    public RepeatedOrder(int count, double share, ulong seed)
    {
        int[] twice = [.. Enumerable.Range(0, count)];
        var random = new Random(unchecked((int)(seed ^ (seed >> 32))));
        random.Shuffle(twice);
        var again = twice.Take((int)Math.Round(share * count)).Select(picture => (Place: picture + (random.NextDouble() * (count - picture)), Picture: picture));
        // A first sending is at a whole place; its second one is never before it, and OrderBy is stable.
        _pictures = [.. Enumerable.Range(0, count).Select(picture => (Place: (double)picture, Picture: picture)).Concat(again).OrderBy(p => p.Place).Select(p => p.Picture)];
        Count = count;
    }

    /// <inheritdoc />
    public int Count { get; }

    /// <summary>Records of one pass, second sendings included.</summary>
    public int Length => _pictures.Length;

    /// <inheritdoc />
    public Drawn At(long draw) => new(_pictures[draw % _pictures.Length], draw, Pass: 0);
}

/// <summary>As a loader of files brings them: every epoch all of them, shuffled anew, each with new views.</summary>
internal sealed class EpochOrder(IReadOnlyList<int> pictures, ulong seed) : IPictureOrder
{
    private readonly int[] _shuffled = [.. pictures];
    private long _epoch = -1;

    /// <inheritdoc />
    public int Count => pictures.Count;

    /// <inheritdoc />
    public Drawn At(long draw)
    {
        var epoch = draw / pictures.Count;
        if (epoch != _epoch)
        {
            // From the same start each time, so that an epoch's order hangs on seed and epoch alone.
            for (var i = 0; i < _shuffled.Length; i++)
            {
                _shuffled[i] = pictures[i];
            }

            new Random(HashOf(seed, epoch)).Shuffle(_shuffled);
            _epoch = epoch;
        }

        var picture = _shuffled[draw % pictures.Count];
        return new Drawn(picture, picture, checked((int)epoch));
    }

    private static int HashOf(ulong seed, long epoch)
    {
        var mixed = unchecked((seed + 1) * 0x9E3779B97F4A7C15 ^ (ulong)(epoch + 1) * 0xBF58476D1CE4E5B9);
        return unchecked((int)(mixed ^ (mixed >> 32)));
    }
}
