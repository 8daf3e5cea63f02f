using System.Diagnostics;
using System.Text;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Text;

namespace StreamingContrastive.Tests.Augmentation.Text;

public sealed class TextTokenizerTests
{
    private static readonly TextOptions Options = new() { Tokens = 64 };

    [Theory]
    [InlineData("What can I do if my card still hasn't arrived after 2 weeks?")]
    [InlineData("I can’t pay £20, or 20 € — why?!")]
    [InlineData("Größe ÇA ΣΑΣ Привет мир")]
    [InlineData("三つの赤いハート is three red hearts")]
    [InlineData("สวัสดี ครับ ok")]
    [InlineData("e\u0301te\u0301 and été")]
    [InlineData("a bb ccc <tag> under_score e-mail 3.14")]
    [InlineData("안녕하세요 세계")]
    [InlineData("x+y=z 😀 ok")]
    public void TryTokenize_ManyScripts_MatchesTheReference(string text)
    {
        foreach (var options in new[] { Options, Options with { Tokens = 7 }, Options with { Tokens = 1 }, Options with { LongestNgram = 0 }, Options with { ShortestNgram = 1, LongestNgram = 2, Tokens = 300 } })
        {
            Tokens(text, options).ShouldBe(ReferenceTokens.Of(text, options), customMessage: options.ToString());
        }
    }

    /// <summary>Ids stand in replay buffers and decide what a trained table means: they never change.</summary>
    [Fact]
    public void TryTokenize_AKnownText_HasPinnedIds() =>
        TokenIds.Used(Tokens("My card", Options)).ToArray().Select(id => (id < 0, id & int.MaxValue)).ShouldBe(PinnedIds);

    [Fact]
    public void TryTokenize_CaseAndApostrophes_DoNotMatter()
    {
        Tokens("DON'T go", Options).ShouldBe(Tokens("don’t GO", Options));
        Tokens("dont go", Options).ShouldBe(Tokens("don't go", Options));
    }

    [Fact]
    public void TryTokenize_MoreWordsThanPlaces_KeepsTheFirstWordsWhole()
    {
        var tokens = Tokens("one two three four five six", Options with { Tokens = 4 });

        tokens.ShouldBe([.. new[] { "<one>", "<two>", "<three>", "<four>" }.Select(w => ReferenceTokens.Id(w) | TokenIds.WordStart)]);
    }

    [Fact]
    public void TryTokenize_FewPlacesLeft_GivesThemToTheFirstWordsNgrams()
    {
        var tokens = Tokens("seven eight", Options with { Tokens = 4 });

        tokens.ShouldBe([ReferenceTokens.Id("<seven>") | TokenIds.WordStart, ReferenceTokens.Id("<se"), ReferenceTokens.Id("sev"), ReferenceTokens.Id("<eight>") | TokenIds.WordStart]);
    }

    [Fact]
    public void TryTokenize_AWordBeyondItsLimit_IsToldApartByItsBeginning()
    {
        var start = new string('a', 64);

        Tokens(start + "b", Options).ShouldBe(Tokens(start + "c", Options));
        Tokens(start[1..] + "b", Options).ShouldNotBe(Tokens(start[1..] + "c", Options with { Tokens = 64 }));
    }

    [Theory]
    [InlineData(new byte[0], "EmptyText", "0 bytes")]
    [InlineData(new byte[] { (byte)'a', 0xC3 }, "BadUtf8", "byte 1 of 2")]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'a', 0 }, "BadUtf8", "byte 0 of 4")]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, "BadUtf8", "byte 0 of 3")]
    [InlineData(new byte[] { (byte)' ', (byte)'.', (byte)'!' }, "NoWords", "no word")]
    public void TryTokenize_AnUnreadableText_IsRejectedWithAReason(byte[] text, string type, string part)
    {
        new TextTokenizer(Options).TryTokenize(text, new int[64], out var rejection).ShouldBeFalse();

        rejection.ShouldNotBeNull().ShouldSatisfyAllConditions(
            r => r.Stage.ShouldBe("decode"), r => r.ErrorType.ShouldBe(type), r => r.Message.ShouldContain(part));
    }

    [Fact]
    public void TryTokenize_OverTheByteLimit_IsRejectedWithBothNumbers()
    {
        new TextTokenizer(Options with { MaxBytes = 3 }).TryTokenize("four"u8, new int[64], out var rejection).ShouldBeFalse();

        rejection.ShouldBe(new Rejection("decode", "TextTooLong", "The text has 4 bytes; text:maxBytes allows 3. Send less or raise it."));
    }

    /// <summary>Words, one word without an end, separators, and marks that nothing carries: none may take more than one pass or two.</summary>
    [Theory]
    [InlineData("word ")]
    [InlineData("w")]
    [InlineData("é")]
    [InlineData(".")]
    [InlineData("'")]
    [InlineData("\u0301")]
    [InlineData("語")]
    public void TryTokenize_OneMegabyte_IsReadInLinearTime(string piece)
    {
        var count = (1024 * 1024 / Encoding.UTF8.GetByteCount(piece)) - 2;
        var text = Encoding.UTF8.GetBytes("x " + string.Concat(Enumerable.Repeat(piece, count)));
        var (tokenizer, tokens) = (new TextTokenizer(new TextOptions()), new int[128]);
        tokenizer.TryTokenize("x y"u8, tokens, out _);
        var clock = Stopwatch.StartNew();

        tokenizer.TryTokenize(text, tokens, out var rejection).ShouldBeTrue(rejection?.Message);

        // Some 20 ms; a quadratic walk would take minutes.
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(3));
        tokens[0].ShouldBe(ReferenceTokens.Id("<x>") | TokenIds.WordStart);
    }

    [Fact]
    public void TryTokenize_ManyTexts_AllocatesNothing()
    {
        var (tokenizer, tokens) = (new TextTokenizer(Options), new int[64]);
        tokenizer.TryTokenize("warm it up £1"u8, tokens, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
        {
            tokenizer.TryTokenize("What can I do if my card still hasn't arrived after 2 weeks, 語?"u8, tokens, out _);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1000);
    }

    [Fact]
    public void TryTokenize_PlacesOfAnotherNumber_Throws() =>
        Should.Throw<ArgumentException>(() => new TextTokenizer(Options).TryTokenize("a"u8, new int[3], out _)).Message.ShouldContain("64");

    [Fact]
    public void Validate_NgramsTheWrongWayRound_NamesBoth()
    {
        TextOptionsValidator.Validate(new TextOptions { ShortestNgram = 4, LongestNgram = 3 }, "input:parts:1:text").ShouldHaveSingleItem()
            .ShouldContain("input:parts:1:text:shortestNgram is 4");
        TextOptionsValidator.Validate(new TextOptions { LongestNgram = 0 }, "text").ShouldBeEmpty();
    }

    private static readonly (bool, int)[] PinnedIds =
    [
        (true, 129400145), (false, 1991695966), (false, 519427091), (true, 1732260224), (false, 1193191474), (false, 1057147265), (false, 619067335),
        (false, 1550301980), (false, 1571923859), (false, 1780437771), (false, 1228272219), (false, 204709638), (false, 60048996),
    ];

    private static int[] Tokens(string text, TextOptions options)
    {
        var tokens = new int[options.Tokens];
        new TextTokenizer(options).TryTokenize(Encoding.UTF8.GetBytes(text), tokens, out var rejection).ShouldBeTrue(rejection?.Message);
        return tokens;
    }
}
