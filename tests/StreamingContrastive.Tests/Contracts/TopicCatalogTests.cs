using StreamingContrastive.Contracts;

namespace StreamingContrastive.Tests.Contracts;

public sealed class TopicCatalogTests
{
    private static readonly TopicNames _names = new("fashion");

    [Fact]
    public void LoadDefault_ShippedFile_NamesEveryTopicAsTheCodeDoes()
    {
        IReadOnlyList<TopicSpecification> topics = TopicCatalog.LoadDefault().For(_names, "records");

        topics.ToDictionary(t => t.Role, t => t.Name).OrderBy(t => t.Key).ShouldBe(new Dictionary<TopicRole, string>
        {
            [TopicRole.Input] = "records",
            [TopicRole.Embeddings] = _names.Embeddings,
            [TopicRole.Metrics] = _names.Metrics,
            [TopicRole.Models] = _names.Models,
            [TopicRole.DeadLetters] = _names.DeadLetters,
        });
    }

    [Fact]
    public void LoadDefault_ShippedFile_CompactsWhatIsKeyedByEntityAndExpiresTheRest()
    {
        Dictionary<TopicRole, string> policies = TopicCatalog.LoadDefault().For(_names, "records")
            .ToDictionary(t => t.Role, t => t.Config["cleanup.policy"]);

        policies[TopicRole.Embeddings].ShouldBe("compact");
        policies[TopicRole.Models].ShouldBe("compact");
        policies[TopicRole.Metrics].ShouldBe("delete");
        policies[TopicRole.DeadLetters].ShouldBe("delete");
    }

    [Theory]
    [InlineData("""{"topics":[{"rôle":"input"}]}""", "rôle")]
    [InlineData("""{"topics":[{"role":"inputs"}]}""", "$.topics[0].role")]
    [InlineData("""{"topics":""", "file.json")]
    [InlineData("null", "file.json")]
    public void Parse_TextThatIsWrong_NamesFileAndPlace(string json, string expected)
    {
        string message = Should.Throw<InvalidDataException>(() => TopicCatalog.Parse(json, "file.json")).Message;

        message.ShouldContain("file.json");
        message.ShouldContain(expected);
    }

    [Theory]
    [InlineData(0, 1, "partitions")]
    [InlineData(1, 0, "replicationFactor")]
    [InlineData(1, -2, "replicationFactor")]
    public void Parse_ImpossibleNumber_NamesKeyAndTopic(int partitions, int replicas, string key)
    {
        string message = Should.Throw<InvalidDataException>(() => TopicCatalog.Parse($"{{\"topics\":[{Topic(partitions, replicas)}]}}", "file.json")).Message;

        message.ShouldContain(key);
        message.ShouldContain("{input}");
    }

    [Fact]
    public void Parse_RoleTwice_IsRefused() =>
        Should.Throw<InvalidDataException>(() => TopicCatalog.Parse($"{{\"topics\":[{Topic(1, 1)},{Topic(1, 1)}]}}", "file.json"))
            .Message.ShouldContain("Input");

    [Fact]
    public void Load_MissingFile_NamesIt() =>
        Should.Throw<InvalidDataException>(() => TopicCatalog.Load("/nowhere/topics.json")).Message.ShouldContain("/nowhere/topics.json");

    private static string Topic(int partitions, int replicas) =>
        $$"""
        // a comment is allowed
        {"role":"input","name":"{input}","partitions":{{partitions}},"replicationFactor":{{replicas}},"config":{},"key":"k","value":"v","description":"d"}
        """;
}
