using StreamingContrastive.Contracts;

namespace StreamingContrastive.Tests.Contracts;

public sealed class DeadLetterHeadersTests
{
    private static readonly RecordHeader[] _original =
        [new("label", [51]), new("ce_id", [65]), new("empty", null), new("label", [52])];

    private static readonly DeadLetter _letter =
        new(new SourcePosition("records", 3, 99), "decode", "TruncatedPicture", "The PNG ends in its 2nd chunk.", 1_700_000_000_000);

    [Fact]
    public void Parse_BuiltHeaders_GivesTheLetterBack() =>
        DeadLetterHeaders.Parse(DeadLetterHeaders.Build("fashion", _letter, _original)).ShouldBe(_letter);

    [Fact]
    public void Encode_Record_LeavesKeyValueAndHeadersUntouched()
    {
        byte[] key = [1];
        byte[] value = [];

        EncodedMessage encoded = DeadLetterHeaders.Encode("fashion", _letter, key, value, _original);

        encoded.Key.ShouldBeSameAs(key);
        encoded.Value.ShouldBeSameAs(value);
        encoded.Headers.Take(4).ShouldBe(_original);
        encoded.Headers.FindText(HeaderNames.DeadLetterId).ShouldBe("fashion/records/3/99");
        encoded.TimestampUnixMs.ShouldBe(-1);
    }

    [Fact]
    public void Original_LetterRefusedTwice_StripsOnlyTheLastBlock()
    {
        IReadOnlyList<RecordHeader> once = DeadLetterHeaders.Build("fashion", _letter, _original);
        DeadLetter second = _letter with { Source = new SourcePosition("replayed", 0, 1), Stage = "augment" };
        IReadOnlyList<RecordHeader> twice = DeadLetterHeaders.Build("fashion", second, once);

        DeadLetterHeaders.Parse(twice).ShouldBe(second);
        DeadLetterHeaders.Original(twice).ShouldBe(once);
        DeadLetterHeaders.Original(once).ShouldBe(_original);
        DeadLetterHeaders.Original(_original).ShouldBe(_original);
    }

    [Fact]
    public void Build_LongMessage_IsCutOff()
    {
        IReadOnlyList<RecordHeader> headers = DeadLetterHeaders.Build("fashion", _letter with { Message = new string('x', 5000) }, []);

        headers.FindText(HeaderNames.DeadLetterMessage)!.Length.ShouldBe(DeadLetterHeaders.MaxMessageCharacters + 3);
    }

    [Fact]
    public void Parse_HeaderMissingOrNoNumber_NamesIt()
    {
        IReadOnlyList<RecordHeader> headers = DeadLetterHeaders.Build("fashion", _letter, []);

        Should.Throw<WireFormatException>(() => DeadLetterHeaders.Parse([.. headers.Where(h => h.Key != HeaderNames.DeadLetterStage)]))
            .Message.ShouldContain(HeaderNames.DeadLetterStage);
        Should.Throw<WireFormatException>(() => DeadLetterHeaders.Parse([.. headers, new(HeaderNames.DeadLetterOffset, "x"u8.ToArray())]))
            .Message.ShouldContain(HeaderNames.DeadLetterOffset);
    }
}
