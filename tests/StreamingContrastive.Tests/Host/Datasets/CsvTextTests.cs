using StreamingContrastive.Host.Datasets;

namespace StreamingContrastive.Tests.Host.Datasets;

public sealed class CsvTextTests
{
    [Theory]
    [InlineData("a,b\nc,d\n", "a|b;c|d")]
    [InlineData("a,b\r\nc,d", "a|b;c|d")]
    [InlineData("\"a, b\",c\n", "a, b|c")]
    [InlineData("\"say \"\"hi\"\"\",c\n", "say \"hi\"|c")]
    [InlineData("\"two\nlines\",c\r\n", "two\nlines|c")]
    [InlineData("a,\n,b\n", "a|;|b")]
    [InlineData("a,", "a|")]
    [InlineData("\"\",x", "|x")]
    [InlineData("", "")]
    public void Rows_OfRfc4180_AreItsFields(string text, string expected) =>
        string.Join(';', CsvText.Rows(text).Select(row => string.Join('|', row))).ShouldBe(expected);

    [Theory]
    [InlineData("\"a", "never closed")]
    [InlineData("\"a\"b,c", "follows a closed quote")]
    public void Rows_OfBrokenQuotes_SayWhere(string text, string part) =>
        Should.Throw<InvalidDataException>(() => CsvText.Rows(text)).Message.ShouldContain(part);
}
