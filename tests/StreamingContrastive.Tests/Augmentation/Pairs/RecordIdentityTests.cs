using System.Text;
using StreamingContrastive.Augmentation.Pairs;

namespace StreamingContrastive.Tests.Augmentation.Pairs;

/// <summary>These numbers are stored in checkpoints and topics: a change here is a breaking change.</summary>
public sealed class RecordIdentityTests
{
    // The vectors of the empty text, "a" and "abc" are XXH3_64bits' published ones.
    [Theory]
    [InlineData("", 0x2D06800538D394C2UL)]
    [InlineData("a", 0xE6C632B61E964E1FUL)]
    [InlineData("abc", 0x78AF5F94892F3950UL)]
    public void RecordIdAndInputHashAndTopicHash_KnownText_PublishedXxHash3(string text, ulong expected)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);

        RecordIdentity.RecordId(bytes).ShouldBe(unchecked((long)expected));
        RecordIdentity.InputHash(bytes).ShouldBe(unchecked((long)expected));
        RecordIdentity.TopicHash(text).ShouldBe(expected);
    }

    [Fact]
    public void PositionId_GoldenPosition_SameForEver()
    {
        RecordIdentity.PositionId("records", 3, 1000).ShouldBe(GoldenPosition);
        RecordIdentity.InputHash([.. Enumerable.Range(0, 784).Select(i => (byte)i)]).ShouldBe(GoldenValue);
    }

    [Fact]
    public void PositionId_EachFieldChanged_AllDiffer()
    {
        long[] ids =
        [
            RecordIdentity.PositionId("records", 3, 1000), RecordIdentity.PositionId("records", 4, 1000), RecordIdentity.PositionId("records", 3, 1001),
            RecordIdentity.PositionId("record", 3, 1000), RecordIdentity.PositionId("records", 1000, 3),
        ];

        ids.Distinct().Count().ShouldBe(ids.Length);
    }

    [Theory]
    [InlineData(170)]
    [InlineData(171)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(5000)]
    public void TopicHash_AnyLength_EqualsHashOfUtf8(int length)
    {
        string ascii = new('t', length);
        string wide = new('☕', length);

        RecordIdentity.TopicHash(ascii).ShouldBe(unchecked((ulong)RecordIdentity.InputHash(Encoding.UTF8.GetBytes(ascii))));
        RecordIdentity.TopicHash(wide).ShouldBe(unchecked((ulong)RecordIdentity.InputHash(Encoding.UTF8.GetBytes(wide))));
    }

    private const long GoldenPosition = -8032393608898767256;
    private const long GoldenValue = 4848201612974985071;
}
