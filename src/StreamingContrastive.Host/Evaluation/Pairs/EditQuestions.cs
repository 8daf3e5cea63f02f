using System.Globalization;
using System.Numerics.Tensors;
using StreamingContrastive.Augmentation.Text.Edits;
using StreamingContrastive.Host.Commands.Produce;

namespace StreamingContrastive.Host.Evaluation.Pairs;

/// <summary>
/// Which of these texts is the picture's: the emoji's own, or one of its edits (another number, colour, direction, a negation more or less)?
/// Asked of every emoji whose text offers an edit at all, with all of its edits.
/// </summary>
/// <param name="Places">The emoji, as places among all that are asked about, ascending.</param>
/// <param name="Edits">The edits of each.</param>
internal sealed record EditQuestions(IReadOnlyList<int> Places, IReadOnlyList<IReadOnlyList<TextEdit>> Edits)
{
    /// <summary>Names of figures: emoji that are asked, the share that chance would get right, the share that a picture which says nothing gets right.</summary>
    public const string Asked = "editsAsked", Chance = "editsChance", Blind = "meanPicturePicksText";

    /// <summary>The picture parts that are asked.</summary>
    public static IReadOnlyList<string> Pictures { get; } = [EmojiRecords.Twitter, EmojiRecords.Google];

    /// <summary>Name of a part's ranks: how many edits are at least as near as the own text.</summary>
    public static string Ranks(string part) => $"{part}AmongEdits";

    /// <summary>Name of a part's share of own texts that are nearer than all of their edits.</summary>
    public static string Figure(string part) => $"{part}PicksText";

    /// <summary>The questions that some texts offer.</summary>
    public static EditQuestions Of(IReadOnlyList<string> texts)
    {
        var edits = texts.Select(TextEdits.Of).ToList();
        int[] places = [.. Enumerable.Range(0, texts.Count).Where(i => edits[i].Count > 0)];
        return new EditQuestions(places, [.. places.Select(i => edits[i])]);
    }

    /// <summary>The share that a blind draw gets right: the mean of 1 / (1 + edits).</summary>
    public double ChanceShare => Edits.Count == 0 ? 0 : Edits.Average(e => 1.0 / (1 + e.Count));

    /// <summary>How much is asked, for the report's definition.</summary>
    public string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"{Places.Count} emoji whose text offers edits, {Edits.Sum(e => e.Count)} of these ({string.Join(", ", Edits.SelectMany(e => e).CountBy(e => e.Kind).OrderBy(k => k.Key).Select(k => $"{k.Key} {k.Value}"))})");

    /// <summary>Ranks of the own texts by picture part, and of a mean picture: what the texts alone give away.</summary>
    /// <param name="vectors">Unit vectors of all emoji asked about, by part.</param>
    /// <param name="edits">Unit vectors of all edits, in their order.</param>
    public EditScores Score(IReadOnlyDictionary<string, PartVectors> vectors, PartVectors edits)
    {
        var text = vectors[EmojiRecords.Text];
        var parts = Pictures.Where(vectors.ContainsKey).ToList();
        var ranks = parts.ToDictionary(Ranks, part => Ask(place => Row(vectors[part], place), text, edits));
        var mean = new float[text.Dimension];
        foreach (var (part, place) in from part in parts from place in Places select (part, place))
        {
            TensorPrimitives.Add(mean, Row(vectors[part], place), mean);
        }

        var blind = Share(Ask(_ => mean, text, edits));
        var figures = parts.ToDictionary(Figure, part => Share(ranks[Ranks(part)]));
        foreach (var (name, value) in ((string, double)[])[(Asked, Places.Count), (Chance, ChanceShare), (Blind, blind)])
        {
            figures[name] = value;
        }

        return new EditScores(ranks, figures);
    }

    private int[] Ask(PictureOf picture, PartVectors text, PartVectors edits)
    {
        var (ranks, next) = (new int[Places.Count], 0);
        for (var i = 0; i < ranks.Length; i++)
        {
            var asks = picture(Places[i]);
            var own = TensorPrimitives.Dot(asks, Row(text, Places[i]));
            for (var end = next + Edits[i].Count; next < end; next++)
            {
                // An edit as near as the own text is not told apart from it.
                ranks[i] += TensorPrimitives.Dot(asks, Row(edits, next)) >= own ? 1 : 0;
            }
        }

        return ranks;
    }

    private delegate ReadOnlySpan<float> PictureOf(int place);

    private static double Share(int[] ranks) => ranks.Length == 0 ? 0 : ranks.Count(r => r == 0) / (double)ranks.Length;

    private static ReadOnlySpan<float> Row(PartVectors vectors, int row) => vectors.Rows.AsSpan(row * vectors.Dimension, vectors.Dimension);
}

/// <summary>How often pictures pick their own text among its edits.</summary>
/// <param name="Ranks">By name of a part's ranks, one an emoji asked; 0 is right.</param>
/// <param name="Figures">Shares by name.</param>
internal sealed record EditScores(IReadOnlyDictionary<string, int[]> Ranks, IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>Nothing was asked.</summary>
    public static EditScores None { get; } = new(new Dictionary<string, int[]>(), new Dictionary<string, double>());
}
