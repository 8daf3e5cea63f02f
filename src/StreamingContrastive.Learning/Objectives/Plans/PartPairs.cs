using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Plans;

/// <summary>What plans of several parts share: which part meets which, who takes part, what is remembered.</summary>
internal static class PartPairs
{
    /// <summary>Every ordered pair of different parts, the pairs' weights summing to 1; then, with a weight above 0, every part with itself, their weights summing to it.</summary>
    /// <param name="encoded">The batch.</param>
    /// <param name="within">Weight of the parts with themselves.</param>
    /// <param name="direction">Makes a direction of anchor part, candidate part and weight.</param>
    public static IReadOnlyList<Direction> Directions(Encoded encoded, double within, Func<int, int, double, Direction> direction)
    {
        var count = encoded.Parts.Count;
        var parts = Enumerable.Range(0, count).ToArray();
        var pairs = parts.SelectMany(a => parts.Where(b => b != a).Select(b => (Anchor: a, Candidate: b))).ToArray();
        return
        [
            .. pairs.Select(pair => direction(pair.Anchor, pair.Candidate, 1.0 / pairs.Length)),
            .. within > 0 ? parts.Select(part => direction(part, part, within / count)) : [],
        ];
    }

    /// <summary>Rows that have both parts, [B] bool; null: all.</summary>
    public static Tensor? Valid(EncodedPart anchor, EncodedPart candidate) => (anchor.Present, candidate.Present) switch
    {
        (null, var present) => present,
        (var present, null) => present,
        var (a, b) => ReferenceEquals(a, b) ? a : a!.logical_and(b!),
    };

    /// <summary>Keys [B, d] of a part to be remembered: those of the rows that have it.</summary>
    public static Enqueue Remember(Encoded encoded, int part, Tensor keys, bool ofQueryView = false) => encoded.Parts[part].PresentRows is not { } rows
        ? new Enqueue(keys, encoded.Rows, ofQueryView, part)
        : new Enqueue(keys.index_select(0, rows), new ItemMeta(encoded.Rows.Fields.index_select(1, rows)), ofQueryView, part) { Rows = rows };
}
