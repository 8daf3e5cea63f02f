using System.Text;

namespace StreamingContrastive.Augmentation.Text;

/// <summary>
/// Walks over the words of valid UTF-8, one after another: lower-cased (invariant, character by character), between boundary marks,
/// in a buffer of its own. A word is told apart by its first <see cref="MaxCharacters"/> characters; the rest of a longer one is skipped.
/// Texts are not normalised: composed and decomposed accents are different characters here, so a producer that mixes them normalises.
/// </summary>
/// <param name="text">Valid UTF-8.</param>
/// <param name="buffer">At least <see cref="BufferBytes"/> bytes.</param>
/// <param name="starts">At least <see cref="MaxCharacters"/> + 3 places: where each character of the word begins, and its end.</param>
internal ref struct WordReader(ReadOnlySpan<byte> text, Span<byte> buffer, Span<int> starts)
{
    /// <summary>Characters of a word that count.</summary>
    public const int MaxCharacters = 64;

    /// <summary>Bytes of the longest word with its marks: a lower-cased character takes at most 4.</summary>
    public const int BufferBytes = (4 * MaxCharacters) + 2;

    private const byte Begin = (byte)'<';
    private const byte End = (byte)'>';

    private readonly ReadOnlySpan<byte> _text = text;
    private readonly Span<byte> _buffer = buffer;
    private readonly Span<int> _starts = starts;
    private int _next;
    private int _length;

    /// <summary>Characters of the present word, boundary marks included.</summary>
    public int Characters { get; private set; }

    /// <summary>The present word with its marks, and any run of its characters.</summary>
    public readonly ReadOnlySpan<byte> Slice(int character, int count) => _buffer[_starts[character].._starts[character + count]];

    /// <summary>Goes to the next word; false at the end of the text.</summary>
    public bool MoveNext()
    {
        Open();
        while (_next < _text.Length)
        {
            _ = Rune.DecodeFromUtf8(_text[_next..], out var rune, out var consumed);
            var kind = RuneKinds.Of(rune);
            if (Characters > 1 && kind is RuneKind.Separator or RuneKind.Single)
            {
                break;
            }

            _next += consumed;
            switch (kind)
            {
                case RuneKind.Letter:
                    Append(Rune.ToLowerInvariant(rune));
                    break;
                case RuneKind.Mark when Characters > 1:
                    Append(rune);
                    break;
                case RuneKind.Single:
                    Append(Rune.ToLowerInvariant(rune));
                    TakeMarks();
                    Close();
                    return true;
            }
        }

        if (Characters == 1)
        {
            return false;
        }

        Close();
        return true;
    }

    private void TakeMarks()
    {
        while (_next < _text.Length && Rune.DecodeFromUtf8(_text[_next..], out var rune, out var consumed) == 0 && RuneKinds.Of(rune) == RuneKind.Mark)
        {
            Append(rune);
            _next += consumed;
        }
    }

    private void Open()
    {
        (_buffer[0], _starts[0], _length, Characters) = (Begin, 0, 1, 1);
    }

    private void Append(Rune rune)
    {
        if (Characters > MaxCharacters)
        {
            return;
        }

        _starts[Characters++] = _length;
        _length += rune.EncodeToUtf8(_buffer[_length..]);
    }

    private void Close()
    {
        _starts[Characters++] = _length;
        _buffer[_length++] = End;
        _starts[Characters] = _length;
    }
}
