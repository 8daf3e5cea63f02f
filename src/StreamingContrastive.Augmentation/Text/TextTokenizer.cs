using System.Text;
using System.Text.Unicode;
using static StreamingContrastive.Augmentation.Text.TextErrors;

namespace StreamingContrastive.Augmentation.Text;

/// <summary>
/// Turns UTF-8 into hashed ids of words and their character n-grams (subwords as in Bojanowski et al. 2017, arXiv 1607.04606): an open
/// vocabulary, because a stream has no closed one. Each word gives the id of the whole, then those of its n-grams by length and place.
/// <para>Too long a text: every word keeps the id of the whole, from the text's start for as long as there is room; the places that are
/// then left go to n-grams, word by word from the start. So late words lose their n-grams before early words, and words go last.</para>
/// What cannot be read gives a <see cref="Rejection"/> with stage <c>decode</c>, never an exception. Linear in the text; allocates nothing
/// for a text. Owns its scratch memory: one per worker, one thread at a time.
/// </summary>
public sealed class TextTokenizer
{
    private readonly TextOptions _options;
    private readonly byte[] _word = new byte[WordReader.BufferBytes];
    private readonly int[] _starts = new int[WordReader.MaxCharacters + 3];

    /// <summary>A tokenizer for one part's texts.</summary>
    /// <param name="options">Validated options.</param>
    public TextTokenizer(TextOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <summary>Tokenizes one text.</summary>
    /// <param name="utf8">The text's bytes.</param>
    /// <param name="tokens">Receives the ids and then padding, exactly <see cref="TextOptions.Tokens"/> places; undefined after false.</param>
    /// <param name="rejection">Why it cannot be read, or null.</param>
    /// <returns>True when <paramref name="tokens"/> holds at least one id.</returns>
    /// <exception cref="ArgumentException"><paramref name="tokens"/> has another length than the options say.</exception>
    public bool TryTokenize(ReadOnlySpan<byte> utf8, Span<int> tokens, out Rejection? rejection)
    {
        if (tokens.Length != _options.Tokens)
        {
            throw new ArgumentException($"A text has {_options.Tokens} places for ids, not {tokens.Length}.", nameof(tokens));
        }

        rejection = Check(utf8);
        if (rejection is not null)
        {
            return false;
        }

        var words = CountWords(utf8, tokens.Length);
        if (words == 0)
        {
            rejection = Reject(NoWords, $"The text has {utf8.Length} bytes but no word: no letter, digit or symbol in it. Send a text with words, or leave the part out.");
            return false;
        }

        Write(utf8, tokens, words);
        return true;
    }

    private Rejection? Check(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return Reject(EmptyText, "The text has 0 bytes. Send a text with words, or leave the part out.");
        }

        if (utf8.Length > _options.MaxBytes)
        {
            return Reject(TextTooLong, $"The text has {utf8.Length} bytes; text:maxBytes allows {_options.MaxBytes}. Send less or raise it.");
        }

        return Utf8.IsValid(utf8) ? null
            : Reject(BadUtf8, $"The text is not UTF-8: byte {FirstBad(utf8)} of {utf8.Length} begins no character. Encode texts as UTF-8; another encoding, or a cut in the middle of a character, looks like this.");
    }

    private static int FirstBad(ReadOnlySpan<byte> utf8)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(utf8[at..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
        {
            at += consumed;
        }

        return at;
    }

    // No further than it matters: more words than places are cut anyway.
    private int CountWords(ReadOnlySpan<byte> utf8, int most)
    {
        var reader = new WordReader(utf8, _word, _starts);
        var count = 0;
        while (count < most && reader.MoveNext())
        {
            count++;
        }

        return count;
    }

    private void Write(ReadOnlySpan<byte> utf8, Span<int> tokens, int words)
    {
        var reader = new WordReader(utf8, _word, _starts);
        var (used, left) = (0, tokens.Length - words);
        for (var word = 0; word < words && reader.MoveNext(); word++)
        {
            tokens[used++] = TokenIds.Of(reader.Slice(0, reader.Characters)) | TokenIds.WordStart;
            var longest = Math.Min(_options.LongestNgram, reader.Characters - 1); // the run of all characters is the word itself
            for (var length = _options.ShortestNgram; length <= longest; length++)
            {
                for (var at = 0; at + length <= reader.Characters && left > 0; at++, left--)
                {
                    tokens[used++] = TokenIds.Of(reader.Slice(at, length));
                }
            }
        }

        tokens[used..].Clear(); // The id of padding is 0.
    }
}
