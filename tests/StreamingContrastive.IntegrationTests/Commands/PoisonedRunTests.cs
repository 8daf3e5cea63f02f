using StreamingContrastive.IntegrationTests.Hosting;

namespace StreamingContrastive.IntegrationTests.Commands;

/// <summary>A topic that does not fit its pipeline file, seen by whoever started the program.</summary>
public sealed class PoisonedRunTests
{
    [Fact]
    public async Task Run_TooLargeAShareIsBad_ShowsThreeExamplesAndExitsOne()
    {
        await using var harness = new PipelineHarness(partitions: 1);
        await harness.ProduceAsync(Enumerable.Range(0, 60).Select(i => i % 2 == 0 ? harness.Picture(i) : harness.Picture(i, value: [1, 2, 3])));

        var result = await ProgramProcess.RunAsync(
            "run", "minimal", // Its checkpoint directory is there already, and empty, as a mounted volume is.
            "--bootstrap", harness.Options.Kafka.BootstrapServers,
            "--set", "name=test", "--set", $"checkpoint:directory={harness.State.FullName}", "--set", "encoder:width=4",
            "--set", "deadLetters:windowRecords=20", "--set", "deadLetters:maxShare=0.4", "--set", "training:batchSize=64");

        result.ExitCode.ShouldBe(1, result.Error);
        result.Error.ShouldContain("deadLetters:maxShare allows a share of 0.4", customMessage: result.Error);
        result.Error.ShouldContain("of the last 20 records could not be trained on");
        result.Error.Split("records[0] offset ").Length.ShouldBeGreaterThanOrEqualTo(4);
        result.Error.ShouldContain("decode, WrongLength: The value has 3 bytes");
        result.Error.ShouldNotContain("   at ");
        harness.Read("test.dead-letters").Count.ShouldBeGreaterThanOrEqualTo(9);
    }
}
