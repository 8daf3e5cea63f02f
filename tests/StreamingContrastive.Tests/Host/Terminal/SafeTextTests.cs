using StreamingContrastive.Host.Terminal;

namespace StreamingContrastive.Tests.Host.Terminal;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("plain, Grüße 鳥 🐦", "plain, Grüße 鳥 🐦")]
    [InlineData("\u001b[2J\u001b]0;title\u0007", "\\u{1B}[2J\\u{1B}]0;title\\u{7}")]
    [InlineData("a\r\nb\tc", "a\\u{D}\\u{A}b\\u{9}c")]
    [InlineData("\u009b31m", "\\u{9B}31m")]
    [InlineData("abc\u202Egpj", "abc\\u{202E}gpj")]
    [InlineData("zero\u200Bwidth\u2028line", "zero\\u{200B}width\\u{2028}line")]
    public void Line_WhatATerminalWouldObey_IsShownInstead(string text, string shown) => SafeText.Line(text).ShouldBe(shown);

    [Fact]
    public void Line_LoneSurrogate_IsReplaced() => SafeText.Line("a" + (char)0xD800 + "b").ShouldBe("a\uFFFDb");

    [Fact]
    public void Line_TooLong_IsCutAndSaysSo() => SafeText.Line(new string('x', 50), 10).ShouldBe("xxxxxxxxxx...");

    [Fact]
    public void Lines_LineFeeds_Stay() => SafeText.Lines("a\nb\u001bc").ShouldBe("a\nb\\u{1B}c");

    [Theory]
    [InlineData(null, "null")]
    [InlineData(new byte[0], "\"\"")]
    [InlineData(new byte[] { 65, 27, 66 }, "\"A\\u{1B}B\"")]
    [InlineData(new byte[] { 0xFF, 0x00 }, "0xFF00")]
    [InlineData(new byte[] { 0xFF, 1, 2, 3, 4 }, "0xFF010203... (5 bytes)")]
    public void Bytes_TextOrNot_AreShownSafely(byte[]? bytes, string shown) => SafeText.Bytes(bytes, 4).ShouldBe(shown);

    [Fact]
    public void HexDump_EscapeSequence_ShowsDots() =>
        HexDump.Of([0x1b, 0x5b, 0x32, 0x4a, 0x41, 0x7f, 0xff, 0x20, 1, 2, 3, 4, 5, 6, 7, 8, 0x42], most: 17).ShouldBe(
        [
            "00000000  1b 5b 32 4a 41 7f ff 20 01 02 03 04 05 06 07 08  |.[2JA.. ........|",
            "00000010  42                                               |B|",
        ]);

    [Fact]
    public void HexDump_MoreThanAsked_StopsThere() => HexDump.Of(new byte[100], most: 20).Last().ShouldEndWith("|....|");
}
