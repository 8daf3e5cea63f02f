namespace StreamingContrastive.IntegrationTests.Commands;

public sealed class TopicsCommandTests
{
    [Fact]
    public async Task EnsureThenList_EmbeddedBroker_CreatesWhatIsMissingAndKeepsTheRest()
    {
        await using var broker = await BrokerProcess.StartAsync("records:12");

        var ensured = await ProgramProcess.RunAsync("topics", "ensure", "fashion-mnist", "--bootstrap", broker.Bootstrap);
        var listed = await ProgramProcess.RunAsync("topics", "list", "--bootstrap", broker.Bootstrap);

        ensured.ExitCode.ShouldBe(0, ensured.Error);
        ensured.Output.ShouldContain("records: exists with 12 partition(s)");
        ensured.Output.ShouldContain("fashion-mnist.embeddings: created by its name");
        listed.ExitCode.ShouldBe(0, listed.Error);
        listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[0]).ShouldBe(
            ["fashion-mnist.dead-letters", "fashion-mnist.embeddings", "fashion-mnist.metrics", "fashion-mnist.models", "records", "records-held-out"]);
        listed.Output.ShouldContain("records  partitions 12  replicas 1");
    }
}
