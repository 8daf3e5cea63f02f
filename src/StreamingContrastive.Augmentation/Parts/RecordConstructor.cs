using System.Buffers.Binary;
using StreamingContrastive.Augmentation.Decoding;
using StreamingContrastive.Augmentation.Pairs;
using StreamingContrastive.Augmentation.Text;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Records;
using StreamingContrastive.Contracts.Rows;

namespace StreamingContrastive.Augmentation.Parts;

/// <summary>
/// Makes the rows of a record of several parts, as <see cref="RowLayout"/> says. Unknown parts (unless the plan ignores them), a part twice, media types that do not
/// fit and data that cannot be decoded refuse the record with a sentence that names the part. Of hard negatives and references the
/// first so many are taken that the row has places for; those of a part without places are not looked at.
/// </summary>
public sealed class RecordConstructor : IRowConstructor
{
    private readonly RecordPlan _plan;
    private readonly RowLayout _layout;
    private readonly IPartViews[] _views;
    private readonly byte[] _negative;
    private readonly JsonRecordReader? _json;
    private string?[]? _excerpts;

    /// <summary>A constructor for one topic's records.</summary>
    /// <exception cref="InvalidOperationException">A picture's format needs SkiaSharp and its native library does not load.</exception>
    public RecordConstructor(RecordPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        (_plan, _layout) = (plan, new RowLayout([.. plan.Parts.Select(p => p.Row)]) { References = plan.References });
        _views = [.. plan.Parts.Select<PartPlan, IPartViews>(p => p.Row.Kind == PartKind.Picture ? new PictureViews(p.Payload, p.Augmentation) : new TextViews(p.Text))];
        _negative = new byte[plan.Parts.Max(p => p.Row.HardNegatives > 0 ? p.Row.Bytes : 0)];
        _json = plan.IsJson ? new JsonRecordReader(plan.Parts, plan.IgnoresUnknown) : null;
    }

    /// <inheritdoc />
    public IReadOnlyList<string?>? Excerpts => _excerpts;

    /// <inheritdoc />
    public int IgnoredParts { get; private set; }

    /// <inheritdoc />
    public bool TryConstruct(ReadOnlyMemory<byte> value, in RecordPlace place, Span<byte> query, Span<byte> key, Span<byte> clean, out int label, out Rejection? rejection)
    {
        (label, var record) = (-1, (MultiPartRecord?)null);
        IgnoredParts = 0;
        _excerpts = _plan.ExcerptCharacters > 0 ? new string?[_views.Length] : null;
        rejection = CheckLength(value.Length);
        if (rejection is null)
        {
            (record, rejection) = Read(value);
        }

        if (record is not null)
        {
            label = record.Label;
            query.Clear();
            key.Clear();
            clean.Clear();
            rejection = Parts(record, place, query, key, clean) ?? Negatives(record, place, key);
        }

        return rejection is null;
    }

    private Rejection? CheckLength(int length) => length switch
    {
        0 => PartErrors.Decode(DecodeErrors.EmptyValue, "The value has 0 bytes. Send a record with at least one part, or a null value to delete the key."),
        _ when length > _plan.MaxRecordBytes => PartErrors.Decode(DecodeErrors.ValueTooLarge, $"The value has {length} bytes; input:maxRecordBytes allows {_plan.MaxRecordBytes}. Send less or raise it."),
        _ => null,
    };

    private (MultiPartRecord? Record, Rejection? Rejection) Read(ReadOnlyMemory<byte> value)
    {
        if (_json is not null)
        {
            return _json.Read(value.Span);
        }

        try
        {
            return (RecordCodec.Decode(value, _plan.MaxRecordBytes), null);
        }
        catch (WireFormatException e)
        {
            return (null, PartErrors.Decode(PartErrors.BadRecord, $"The value is no Record: {e.Message}"));
        }
    }

    private Rejection? Parts(MultiPartRecord record, in RecordPlace place, Span<byte> query, Span<byte> key, Span<byte> clean)
    {
        var present = 0u;
        foreach (var part in record.Parts)
        {
            if (_plan.IgnoresUnknown && _layout.IndexOf(part.Name) < 0)
            {
                IgnoredParts++;
                continue;
            }

            if (Decode(part, ref present, clean, out var index) is { } rejection)
            {
                return rejection;
            }

            if (_excerpts is not null && _layout.Parts[index].Kind == PartKind.Text)
            {
                _excerpts[index] = TextExcerpt.Of(part.Data.Span, _plan.ExcerptCharacters);
            }

            var (at, bytes) = (_layout.OffsetOf(index), _layout.Parts[index].Bytes);
            _views[index].Generate(clean.Slice(at, bytes), query.Slice(at, bytes), place.View(PartViewNumbers.Query(index)));
            _views[index].Generate(clean.Slice(at, bytes), key.Slice(at, bytes), place.View(PartViewNumbers.Key(index)));
        }

        if (!_layout.IsBare)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(query, present);
            BinaryPrimitives.WriteUInt32LittleEndian(key, present);
            BinaryPrimitives.WriteUInt32LittleEndian(clean, present);
        }

        return present == 0 ? PartErrors.None(_plan.Parts) : Missing(present);
    }

    private Rejection? Decode(in NamedPart part, ref uint seen, Span<byte> clean, out int index)
    {
        index = _layout.IndexOf(part.Name);
        if (index < 0)
        {
            return PartErrors.Unknown(part.Name, _plan.Parts);
        }

        if ((seen >> index & 1) != 0)
        {
            return PartErrors.Twice(part.Name);
        }

        seen |= 1u << index;
        return Named(part, _views[index].Decode(part, clean.Slice(_layout.OffsetOf(index), _layout.Parts[index].Bytes)));
    }

    private Rejection? Missing(uint present)
    {
        for (var i = 0; _plan.RefusesMissing && i < _plan.Parts.Count; i++)
        {
            if ((present >> i & 1) == 0 && !_plan.Parts[i].IsOptional)
            {
                return PartErrors.Missing(_plan.Parts[i].Row.Name);
            }
        }

        return null;
    }

    private Rejection? Negatives(MultiPartRecord record, in RecordPlace place, Span<byte> key)
    {
        foreach (var negative in record.HardNegatives)
        {
            if (negative.RecordKey is { } other)
            {
                _layout.Refer(key, RecordIdentity.RecordId(other.Span));
            }
            else if (Inline(negative.Inline!, place, key) is { } rejection)
            {
                return rejection;
            }
        }

        return null;
    }

    private Rejection? Inline(IReadOnlyList<NamedPart> parts, in RecordPlace place, Span<byte> key)
    {
        if (parts.Count == 0)
        {
            return PartErrors.Decode(PartErrors.BadRecord, "A hard negative has no part: it would be the record itself. Give it the part that differs.");
        }

        var seen = 0u;
        foreach (var part in parts)
        {
            var index = _layout.IndexOf(part.Name);
            if (index < 0 && _plan.IgnoresUnknown)
            {
                continue;
            }

            if (index < 0 || (seen >> index & 1) != 0)
            {
                return index < 0 ? PartErrors.Unknown(part.Name, _plan.Parts) : PartErrors.Twice(part.Name);
            }

            seen |= 1u << index;
            if (_layout.Parts[index].HardNegatives > 0 && Place(part, index, place, key) is { } rejection)
            {
                return rejection;
            }
        }

        return null;
    }

    // Through a view like the key's: against clean negatives, the traces of augmentation alone would tell the key apart.
    private Rejection? Place(in NamedPart part, int index, in RecordPlace place, Span<byte> key)
    {
        var count = key[_layout.NegativesOffsetOf(index)..];
        var slot = (int)BinaryPrimitives.ReadUInt32LittleEndian(count);
        if (slot == _layout.Parts[index].HardNegatives)
        {
            return null;
        }

        var clean = _negative.AsSpan(0, _layout.Parts[index].Bytes);
        if (_views[index].Decode(part, clean) is { } rejection)
        {
            return Named(part, rejection with { Message = $"hard negative {slot}: {rejection.Message}" });
        }

        BinaryPrimitives.WriteUInt32LittleEndian(count, (uint)slot + 1);
        _views[index].Generate(clean, key.Slice(_layout.NegativeSlotOf(index, slot), clean.Length), place.View(PartViewNumbers.HardNegative(index, slot)));
        return null;
    }

    private static Rejection? Named(in NamedPart part, Rejection? rejection) => rejection is null || rejection.Message.StartsWith("Part \"", StringComparison.Ordinal)
        ? rejection
        : rejection with { Message = $"Part \"{part.Name}\": {rejection.Message}" };
}
