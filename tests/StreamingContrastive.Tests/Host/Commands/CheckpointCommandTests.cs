using System.Text;
using Microsoft.Extensions.Time.Testing;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Host.Commands;

public sealed class CheckpointCommandTests : IDisposable
{
    private const string First = "0000000001-000000000010";
    private const string Second = "0000000001-000000000020";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("checkpoint-command-");
    private readonly CommandFixture _fixture = new();

    public CheckpointCommandTests()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(1));
        var store = CheckpointStore.Open(_root.FullName, new PhysicalCheckpointFiles(), clock);
        var epoch = store.StartLineage(new LineageRequest()).Epoch.Epoch;
        var first = new CheckpointName(epoch, 10);
        store.Commit(store.Prepare(Content(10, 1, trained: 100), new(first, null, null)));
        store.MarkAnnounced(first);
        store.Commit(store.Prepare(Content(20, 2, trained: 200), new(new(epoch, 20), first, null)));
    }

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task List_TwoCheckpoints_ShowsThemOldestFirst()
    {
        (await _fixture.RunAsync("checkpoint", "list", _root.FullName)).ShouldBe(0, _fixture.Error.ToString());

        var lines = _fixture.Out.ToString().TrimEnd().Split('\n');
        lines.Length.ShouldBe(2);
        lines[0].ShouldStartWith($"{First}  1970-01-02T00:00:00Z  model 1  consumed 100  ");
        lines[0].ShouldEndWith("  announced");
        lines[1].ShouldStartWith($"{Second}  1970-01-02T00:00:00Z  model 2  consumed 200  ");
        lines[1].ShouldEndWith(" bytes");
    }

    [Fact]
    public async Task Verify_FlippedByte_NamesTheCheckpointAndExitsOne()
    {
        var file = Path.Combine(_root.FullName, "checkpoints", Second, "weights.bin");
        File.WriteAllBytes(file, [9, 9, 9]);

        (await _fixture.RunAsync("checkpoint", "verify", _root.FullName)).ShouldBe(1);

        _fixture.Out.ToString().ShouldContain($"{First}  whole");
        _fixture.Out.ToString().ShouldContain($"{Second}  damaged: ");
        _fixture.Out.ToString().ShouldContain("weights.bin");
    }

    [Fact]
    public async Task Verify_OneByName_LooksAtThatOneOnly()
    {
        (await _fixture.RunAsync("checkpoint", "verify", _root.FullName, "--checkpoint", First)).ShouldBe(0);

        _fixture.Out.ToString().ShouldBe($"{First}  whole\n");
    }

    [Fact]
    public async Task Export_WithoutName_CopiesTheNewest()
    {
        var target = Path.Combine(_root.FullName, "copy");

        (await _fixture.RunAsync("checkpoint", "export", _root.FullName, target)).ShouldBe(0, _fixture.Error.ToString());

        _fixture.Out.ToString().ShouldBe($"{Second} -> {target}\n");
        File.ReadAllBytes(Path.Combine(target, "weights.bin")).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Export_TargetThatExists_ExitsOne()
    {
        (await _fixture.RunAsync("checkpoint", "export", _root.FullName, _root.FullName)).ShouldBe(1);

        _fixture.Error.ToString().ShouldContain("exists already");
    }

    [Fact]
    public async Task List_NoCheckpoints_SaysSoAndExitsOne()
    {
        (await _fixture.RunAsync("checkpoint", "list", "minimal")).ShouldBe(1);

        _fixture.Error.ToString().ShouldContain("state/minimal holds no checkpoints");
    }

    [Fact]
    public async Task List_NeitherDirectoryNorPipeline_ExitsTwo() =>
        (await _fixture.RunAsync("checkpoint", "list", "nowhere")).ShouldBe(2);

    private static CheckpointContent Content(long step, ulong version, long trained) => new()
    {
        Step = step,
        ModelVersion = version,
        SpaceId = "s",
        ClusterId = "c",
        TopicIds = new Dictionary<string, string>(),
        NextOffsets = new Dictionary<PartitionId, long> { [new("records", 0)] = trained },
        Counters = new DeliveryCounters(trained, 0, 0, 0),
        Seed = 1,
        Configuration = Encoding.UTF8.GetBytes("{}"),
        Files = [new("weights.bin", s => s.Write([1, 2, 3]))],
        Outbox = new Outbox(),
    };
}
