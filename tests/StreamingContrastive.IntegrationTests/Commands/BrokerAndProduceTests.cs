using System.Text;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;
using StreamingContrastive.Contracts.Records;

namespace StreamingContrastive.IntegrationTests.Commands;

public sealed class BrokerAndProduceTests
{
    [Fact]
    public async Task Produce_ToABrokerProcess_EveryRecordIsReadBack()
    {
        await using var broker = await BrokerProcess.StartAsync("records:3");

        var produced = await ProgramProcess.RunAsync("produce", "fashion-mnist", "--topic", "records", "--records", "500", "--bootstrap", broker.Bootstrap);

        produced.ExitCode.ShouldBe(0, produced.Error);
        produced.Output.ShouldStartWith("500 records of ");
        var read = Read(broker.Bootstrap, "records");
        read.Select(m => int.Parse(Encoding.UTF8.GetString(m.Key!), System.Globalization.CultureInfo.InvariantCulture)).Order().ShouldBe(Enumerable.Range(0, 500));
        read.ShouldAllBe(m => m.Value!.Length == 784);
        read.Select(m => m.Headers.FindInt64("label")!.Value).Distinct().Order().ShouldBe(Enumerable.Range(0, 10).Select(l => (long)l));
        read.Select(m => m.Partition).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task Produce_HeldOutBeyondTheSet_BeginsAgainUnderTheSameKeys()
    {
        await using var broker = await BrokerProcess.StartAsync("held-out:2");

        var produced = await ProgramProcess.RunAsync("produce", "fashion-mnist", "--topic", "held-out", "--held-out", "--records", "2003", "--bootstrap", broker.Bootstrap);

        produced.ExitCode.ShouldBe(0, produced.Error);
        var twice = Read(broker.Bootstrap, "held-out").GroupBy(m => Encoding.UTF8.GetString(m.Key!)).Where(g => g.Count() == 2).ToArray();
        twice.Select(g => g.Key).Order().ShouldBe(["0", "1", "2"]);
        twice.ShouldAllBe(g => g.First().Value!.SequenceEqual(g.Last().Value!));
    }

    [Fact]
    public async Task Produce_Emoji_EveryRecordHasItsParts()
    {
        await using var broker = await BrokerProcess.StartAsync("emoji:2");

        var produced = await ProgramProcess.RunAsync("produce", "emoji", "--topic", "emoji", "--held-out", "--bootstrap", broker.Bootstrap);

        produced.ExitCode.ShouldBe(0, produced.Error);
        var read = Read(broker.Bootstrap, "emoji");
        read.Select(m => Encoding.UTF8.GetString(m.Key!)).Distinct().Count().ShouldBe(392);
        read.Select(m => RecordCodec.Decode(m.Value!, 1 << 20)).ShouldAllBe(r => r.Parts.Count == 3 && r.Label >= 0);
    }

    [Fact]
    public async Task Broker_CtrlC_ShowsItsLimitsAndExitsZero()
    {
        await using var broker = await BrokerProcess.StartAsync("records:3");
        (await broker.Program.ReadLineAsync()).ShouldBe("topic records: 3 partitions");

        // It waits for Ctrl-C once it has said so.
        for (var line = await broker.Program.ReadLineAsync(); line != "Ctrl-C stops it."; line = await broker.Program.ReadLineAsync())
        {
            line.ShouldNotBeNull();
        }

        await broker.Program.InterruptAsync();
        var end = await broker.Program.EndAsync();

        end.ExitCode.ShouldBe(0, end.Error);
        end.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Broker_PortInUse_SaysSoAndExitsOne()
    {
        await using var broker = await BrokerProcess.StartAsync();
        var port = broker.Bootstrap.Split(':')[1];

        var second = await ProgramProcess.RunAsync("broker", "--port", port);

        second.ExitCode.ShouldBe(1);
        second.Error.ShouldContain(port);
        second.Error.ShouldNotContain("   at ");
    }

    private static List<ReceivedMessage> Read(string bootstrap, string topic) => [.. new TopicReader(new TopicReaderOptions
    {
        Topic = topic,
        Consumer = new Dictionary<string, string> { ["bootstrap.servers"] = bootstrap, ["fetch.wait.max.ms"] = "20" },
    }).Read(TestContext.Current.CancellationToken)];
}
