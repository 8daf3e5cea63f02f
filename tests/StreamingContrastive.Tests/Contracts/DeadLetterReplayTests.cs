using System.Text;
using StreamingContrastive.Contracts;

namespace StreamingContrastive.Tests.Contracts;

public sealed class DeadLetterReplayTests
{
    private static readonly RecordHeader[] Own = [new("label", "3"u8.ToArray()), new("empty", null), new("label", "4"u8.ToArray())];

    private static readonly DeadLetter Letter = new(new SourcePosition("records", 3, 99), "decode", "WrongLength", "Too short.", 5);

    [Fact]
    public void Headers_FirstReplay_AreTheRecordsOwnAndSayWhatItIs()
    {
        var sent = DeadLetterReplay.Headers(DeadLetterHeaders.Build("birds", Letter, Own));

        sent.Take(3).ShouldBe(Own);
        sent.Skip(3).Select(h => (h.Key, Encoding.UTF8.GetString(h.Value!))).ShouldBe([("replay-count", "1"), ("replay-of", "birds/records/3/99")]);
        DeadLetterReplay.Count(sent).ShouldBe(1);
    }

    [Fact]
    public void Headers_RefusedAgain_CountUpAndKeepNothingOfTheLetters()
    {
        var sent = DeadLetterReplay.Headers(DeadLetterHeaders.Build("birds", Letter, Own));
        var again = DeadLetterReplay.Headers(DeadLetterHeaders.Build("birds", Letter with { Source = new SourcePosition("records", 0, 7) }, sent));

        again.Take(3).ShouldBe(Own);
        again.Skip(3).Select(h => (h.Key, Encoding.UTF8.GetString(h.Value!))).ShouldBe([("replay-count", "2"), ("replay-of", "birds/records/0/7")]);
    }

    [Fact]
    public void Headers_LetterThatAnotherToolSentAgainAsItWas_LosesBothBlocks()
    {
        var twice = DeadLetterHeaders.Build("birds", Letter, DeadLetterHeaders.Build("birds", Letter, Own));

        DeadLetterReplay.Headers(twice).ShouldNotContain(h => h.Key.StartsWith("dead-letter-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("2", 2)]
    [InlineData("-1", long.MaxValue)]
    [InlineData("often", long.MaxValue)]
    [InlineData("99999999999999999999", long.MaxValue)]
    public void Count_WhateverTheHeaderSays_NeverStartsALoop(string header, long expected) =>
        DeadLetterReplay.Count([new RecordHeader("replay-count", Encoding.UTF8.GetBytes(header))]).ShouldBe(expected);

    [Theory]
    [InlineData(10_000, 0, 5, null)]
    [InlineData(500_000, 0, 5, "value")]
    [InlineData(10, 500_000, 5, "value,headers")]
    [InlineData(10, 10, 500_000, "value,headers,key")]
    public void Encode_LargerThanAMessageMayBe_LeavesOutAsMuchAsItHasTo(int valueBytes, int headerBytes, int keyBytes, string? leftOut)
    {
        var encoded = DeadLetterHeaders.Encode(
            "birds", Letter, new byte[keyBytes], new byte[valueBytes], [new RecordHeader("x", new byte[headerBytes])], maxBytes: 100_000);

        DeadLetterHeaders.LeftOut(encoded.Headers).ShouldBe(leftOut);
        DeadLetterHeaders.Parse(encoded.Headers).ShouldBe(Letter);
        (encoded.Value is null).ShouldBe(leftOut is not null);
        (encoded.Key is null).ShouldBe(leftOut?.Contains("key", StringComparison.Ordinal) == true);
        ((encoded.Key?.Length ?? 0) + (encoded.Value?.Length ?? 0) + encoded.Headers.Sum(h => h.Key.Length + (h.Value?.Length ?? 0))).ShouldBeLessThan(100_000);
        if (leftOut is not null)
        {
            encoded.Headers.FindInt64(HeaderNames.DeadLetterValueBytes).ShouldBe(valueBytes);
        }
    }

    [Fact]
    public void LeftOut_OnlyAnOlderBlockSaysSo_IsNull()
    {
        var cut = DeadLetterHeaders.Encode("birds", Letter, null, new byte[5000], [], maxBytes: 1000);

        DeadLetterHeaders.LeftOut(DeadLetterHeaders.Build("birds", Letter, cut.Headers)).ShouldBeNull();
    }
}
