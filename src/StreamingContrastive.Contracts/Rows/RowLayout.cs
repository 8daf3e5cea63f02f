using System.Buffers.Binary;

namespace StreamingContrastive.Contracts.Rows;

/// <summary>
/// What is inside a row between augmentation and trainer; whatever carries rows treats them as opaque bytes. One picture without
/// hard negatives and references: the row is its pixels. Otherwise: [uint32 presence, bit i = part i][part 0][part 1]..., each part
/// padded to 4 bytes, zeros where it is absent. Behind them, in key rows only, for each part with HardNegatives n &gt; 0:
/// [uint32 count][n slots of the part's padded bytes]; then, with References m &gt; 0: [uint32 count][m x int64 record id]. All
/// numbers are little-endian; slots beyond the count are zeros.
/// </summary>
public sealed record RowLayout
{
    /// <summary>Most parts of a row: presence is told by 32 bits.</summary>
    public const int MaxParts = 32;

    private const int WordBytes = sizeof(uint);
    private readonly int[] _offsets, _negatives;
    private readonly int _partsEnd, _negativesEnd;

    /// <summary>A layout of these parts, in this order.</summary>
    /// <exception cref="ArgumentException">None or too many parts, a name twice, or a size that is none.</exception>
    public RowLayout(IReadOnlyList<RowPart> parts)
    {
        Check(parts);
        Parts = parts;
        (_offsets, _negatives) = (new int[parts.Count], new int[parts.Count]);
        var at = WordBytes;
        for (var i = 0; i < parts.Count; i++)
        {
            _offsets[i] = at;
            at = checked(at + parts[i].PaddedBytes);
        }

        _partsEnd = at;
        for (var i = 0; i < parts.Count; i++)
        {
            _negatives[i] = at;
            at = checked(at + (parts[i].HardNegatives == 0 ? 0 : WordBytes + (parts[i].HardNegatives * parts[i].PaddedBytes)));
        }

        _negativesEnd = at;
    }

    /// <summary>The parts, in the order of the row.</summary>
    public IReadOnlyList<RowPart> Parts { get; }

    /// <summary>Most references to other records that a key row carries, m; 0: the pipeline takes none.</summary>
    public int References { get; init; }

    /// <summary>Whether the row is nothing but the pixels of its one picture.</summary>
    public bool IsBare => Parts is [{ Kind: PartKind.Picture, HardNegatives: 0 }] && References == 0;

    /// <summary>Bytes of a query row.</summary>
    public int QueryBytes => IsBare ? Parts[0].Bytes : _partsEnd;

    /// <summary>Bytes of a key row.</summary>
    public int KeyBytes => IsBare ? Parts[0].Bytes : checked(_negativesEnd + (References == 0 ? 0 : WordBytes + (References * sizeof(long))));

    /// <summary>Bytes of an unaugmented row.</summary>
    public int CleanBytes => QueryBytes;

    /// <summary>The three sizes.</summary>
    public RowSizes Sizes => new(QueryBytes, KeyBytes, CleanBytes);

    /// <summary>A pipeline of one picture: its rows are pixels.</summary>
    public static RowLayout OnePicture(int height, int width, int channels, string name = "picture") => new([RowPart.Picture(name, height, width, channels)]);

    /// <summary>Where part <paramref name="part"/> begins in a row of any of the three kinds.</summary>
    public int OffsetOf(int part) => IsBare ? 0 : _offsets[part];

    /// <summary>Where the count of the part's hard negatives stands in a key row; its slots follow it.</summary>
    /// <exception cref="InvalidOperationException">The part takes none.</exception>
    public int NegativesOffsetOf(int part) => Parts[part].HardNegatives > 0
        ? _negatives[part]
        : throw new InvalidOperationException($"Part {Parts[part].Name} takes no hard negatives: its row holds none.");

    /// <summary>Where a hard negative of the part begins in a key row.</summary>
    public int NegativeSlotOf(int part, int slot) => NegativesOffsetOf(part) + WordBytes + (slot * Parts[part].PaddedBytes);

    /// <summary>Where the count of references stands in a key row; the ids follow it, at a multiple of 4 bytes.</summary>
    public int ReferencesOffset => References > 0 ? _negativesEnd : throw new InvalidOperationException("The pipeline takes no references: its rows hold none.");

    /// <summary>Adds a record id to a key row's references. Nothing happens when all m places are taken, or the pipeline takes none.</summary>
    public void Refer(Span<byte> key, long recordId)
    {
        if (References == 0)
        {
            return;
        }

        var at = key[ReferencesOffset..];
        var count = (int)BinaryPrimitives.ReadUInt32LittleEndian(at);
        if (count < References)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(at, (uint)count + 1);
            BinaryPrimitives.WriteInt64LittleEndian(at[(WordBytes + (count * sizeof(long)))..], recordId);
        }
    }

    /// <summary>Whether a row has the part.</summary>
    public bool Has(ReadOnlySpan<byte> row, int part) => IsBare || (BinaryPrimitives.ReadUInt32LittleEndian(row) >> part & 1) != 0;

    /// <summary>Index of the part of that name, or -1.</summary>
    public int IndexOf(string name)
    {
        for (var i = 0; i < Parts.Count; i++)
        {
            if (Parts[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    private static void Check(IReadOnlyList<RowPart> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count is 0 or > MaxParts || parts.DistinctBy(p => p.Name).Count() != parts.Count)
        {
            throw new ArgumentException($"A row has 1 to {MaxParts} parts of different names, not {parts.Count}: {string.Join(", ", parts.Select(p => p.Name))}.", nameof(parts));
        }

        foreach (var part in parts)
        {
            var isSized = part.Kind == PartKind.Picture ? part is { Height: > 0, Width: > 0, Channels: > 0 } : part.Tokens > 0;
            if (!isSized || part.HardNegatives < 0)
            {
                throw new ArgumentException($"{part} has no size: a picture needs height, width and channels, a text its tokens, and hard negatives are 0 or more.", nameof(parts));
            }
        }
    }
}
