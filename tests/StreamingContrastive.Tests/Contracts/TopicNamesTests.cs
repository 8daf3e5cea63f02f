using StreamingContrastive.Contracts;

namespace StreamingContrastive.Tests.Contracts;

public sealed class TopicNamesTests
{
    [Theory]
    [InlineData("with space")]
    [InlineData("slash/es")]
    [InlineData("ünicode")]
    public void Constructor_NameThatKafkaRefuses_SaysWhatIsAllowed(string pipeline) =>
        Should.Throw<ArgumentException>(() => new TopicNames(pipeline)).Message.ShouldContain("a-z");

    [Fact]
    public void Constructor_LongestName_StaysWithinKafkasLimit()
    {
        var names = new TopicNames(new string('p', 236));

        new[] { names.Embeddings, names.Metrics, names.Models, names.DeadLetters }.Max(n => n.Length).ShouldBe(249);
        Should.Throw<ArgumentException>(() => new TopicNames(new string('p', 237)));
    }
}
