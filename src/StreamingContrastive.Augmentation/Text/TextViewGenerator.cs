using StreamingContrastive.Augmentation.Views;

namespace StreamingContrastive.Augmentation.Text;

/// <summary>
/// Makes one view of a text's ids: each word is taken out with its n-grams by a chance of its own, the others close up, and one word always
/// stays. A pure function of the ids, the options and the <see cref="ViewIdentity"/>; allocates nothing.
/// </summary>
public sealed class TextViewGenerator
{
    private readonly TextOptions _options;

    /// <summary>A generator for one part's texts.</summary>
    /// <param name="options">Validated options.</param>
    public TextViewGenerator(TextOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <summary>Writes the view that belongs to <paramref name="identity"/>.</summary>
    /// <param name="clean">Ids of the text, padding behind them.</param>
    /// <param name="view">Receives the view's ids and padding; as long as <paramref name="clean"/>, must not overlap it.</param>
    /// <param name="identity">Names the view; the only source of randomness.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public void Generate(ReadOnlySpan<int> clean, Span<int> view, in ViewIdentity identity)
    {
        if (clean.Length != view.Length)
        {
            throw new ArgumentException($"A view has as many places as its text: {clean.Length}, not {view.Length}.", nameof(view));
        }

        if (_options.MaskProbability == 0)
        {
            clean.CopyTo(view);
            return;
        }

        var key = ViewRandom.KeyOf(identity);
        var used = TokenIds.Used(clean);
        var written = Keep(used, view, new ViewRandom(key, ViewStep.WordMask), survivor: -1);
        if (written == 0 && used.Length > 0)
        {
            var random = new ViewRandom(key, ViewStep.WordKept);
            written = Keep(used, view, new ViewRandom(key, ViewStep.WordMask), random.NextBelow(Words(used)));
        }

        view[written..].Clear(); // The id of padding is 0.
    }

    private int Keep(ReadOnlySpan<int> used, Span<int> view, ViewRandom random, int survivor)
    {
        var (written, word, keep) = (0, -1, false);
        foreach (var id in used)
        {
            if (TokenIds.StartsWord(id) || word < 0)
            {
                word++;
                keep = !random.NextChance(_options.MaskProbability) || word == survivor;
            }

            if (keep)
            {
                view[written++] = id;
            }
        }

        return written;
    }

    private static int Words(ReadOnlySpan<int> used)
    {
        var words = 0;
        foreach (var id in used)
        {
            words += TokenIds.StartsWord(id) ? 1 : 0;
        }

        return Math.Max(1, words);
    }
}
