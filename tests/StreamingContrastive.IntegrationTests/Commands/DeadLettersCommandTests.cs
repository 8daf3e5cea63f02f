using System.Text;
using System.Text.Json;
using StreamingContrastive.Contracts;
using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.IntegrationTests.Hosting;

namespace StreamingContrastive.IntegrationTests.Commands;

/// <summary>Letters that a pipeline wrote, through the command line, against the embedded broker.</summary>
public sealed class DeadLettersCommandTests
{
    [Fact]
    public async Task ListShowReplay_LettersOfARun_AreCountedShownMendedAndTrained()
    {
        await using var harness = new PipelineHarness(partitions: 1);
        await harness.ProducePicturesAsync(0, 32);
        await harness.ProduceAsync(
        [
            harness.Picture(32) with { Headers = [new RecordHeader("label", "\u001b[31mboot"u8.ToArray()), new RecordHeader("camera", "7"u8.ToArray())] },
            harness.Picture(33, value: [0x1b, 0x5b, 0x41]),
            harness.Picture(34, value: []),
        ]);
        await harness.RunAsync(35);

        var list = await RunAsync(harness, "list");
        list.ShouldContain("test.dead-letters: 3 letters of 3 records\n");
        list.ShouldContain("decode    EmptyValue   1\n");
        list.ShouldContain("validate  BadLabel     1\n");
        list.ShouldContain("records/0/33  decode WrongLength  The value has 3 bytes");
        JsonDocument.Parse(await RunAsync(harness, "list", "--json", "--stage", "decode", "--limit", "1")).RootElement.GetProperty("newest").GetArrayLength().ShouldBe(1);
        (await RunAsync(harness, "list", "--since", "2100-01-01T00:00:00Z")).ShouldStartWith("test.dead-letters: 0 letters of 0 records\n");

        var shown = await RunAsync(harness, "show", "records/0/32");
        shown.ShouldContain("refused  validate BadLabel: Header label holds 0x1B5B33316D626F6F74;");
        shown.ShouldContain("  label = \"\\u{1B}[31mboot\"\n  camera = \"7\"\n");
        shown.ShouldContain("value    784 bytes\n  00000000  ");
        (await RunAsync(harness, "show", "test.dead-letters/0/1")).ShouldContain("value    3 bytes\n  00000000  1b 5b 41 ");
        (list + shown).ShouldNotContain('\u001b');

        (await RunAsync(harness, "replay", "--stage", "validate")).ShouldContain("1 records would go from test.dead-letters to records\nNothing was sent. Add --yes to send.");
        harness.Read("records").Count.ShouldBe(35);
        (await RunAsync(harness, "replay", "--stage", "validate", "--yes")).ShouldContain("1 records went from test.dead-letters to records");
        await HeadersOfTheReplayAsync(harness);
    }

    /// <summary>A record that cannot be mended comes back as a letter, and is sent again only so often.</summary>
    [Fact]
    public async Task Replay_RecordThatIsRefusedAgain_StopsAtMaxReplays()
    {
        await using var harness = new PipelineHarness(partitions: 1);
        await harness.ProduceAsync([harness.Picture(0, value: [1])]);
        for (var run = 1; run <= 3; run++)
        {
            await harness.RunAsync(run);
            var said = await RunAsync(harness, "replay", "--yes", "--max-replays", "2", "--set", "input:topic=records");

            // Every letter of the record is one more position; each is sent once more by each replay until its own count is used up.
            said.ShouldContain("went from test.dead-letters to records");
            if (run == 3)
            {
                said.ShouldContain("1 records were sent again 2 times before and stay");
            }
        }
    }

    [Fact]
    public async Task ShowAndReplay_NothingThere_SaySoAndExitOne()
    {
        await using var harness = new PipelineHarness(partitions: 1);

        (await InvokeAsync(harness, "show", "records/0/99")).ShouldBe((1, "", "streaming-contrastive: test.dead-letters holds no letter of records/0/99. 'dead-letters list' shows what there is; retention may have taken it.\n"));
        (await InvokeAsync(harness, "replay", "--topic", "nowhere")).Error.ShouldContain("There is no topic nowhere to send to.");
        (await RunAsync(harness, "replay")).ShouldStartWith("0 records would go");
    }

    private static async Task HeadersOfTheReplayAsync(PipelineHarness harness)
    {
        var records = harness.Read("records");
        records.Count.ShouldBe(36);
        var (original, replayed) = (records[32], records[35]);
        replayed.Key.ShouldBe(original.Key);
        replayed.Value.ShouldBe(original.Value);
        replayed.TimestampUnixMs.ShouldBe(original.TimestampUnixMs);
        replayed.Headers.Take(2).Select(Text).ShouldBe(original.Headers.Select(Text));
        replayed.Headers.Skip(2).Select(Text).ShouldBe(["replay-count=1", "replay-of=test/records/0/32"]);

        // Unmended it comes back, and its letter says that it was a second try.
        (await harness.RunAsync(36)).DeadLettered.ShouldBe(4);
        (await RunAsync(harness, "list")).ShouldContain("records/0/35  validate BadLabel  (replay 1)");

        static string Text(RecordHeader header) => $"{header.Key}={Encoding.UTF8.GetString(header.Value!)}";
    }

    private static async Task<string> RunAsync(PipelineHarness harness, params string[] arguments)
    {
        var (code, output, error) = await InvokeAsync(harness, arguments);
        code.ShouldBe(0, error);
        return output;
    }

    private static async Task<(int Code, string Out, string Error)> InvokeAsync(PipelineHarness harness, params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var context = new ProgramContext(output, error, new Dictionary<string, string>(), PipelineFiles.OfThisProcess(), TimeProvider.System);
        var code = await new CommandLineProgram(context, CommandSet.Create(context)).RunAsync(
            ["dead-letters", .. arguments, "--pipeline", "test", "--bootstrap", harness.Options.Kafka.BootstrapServers], TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
