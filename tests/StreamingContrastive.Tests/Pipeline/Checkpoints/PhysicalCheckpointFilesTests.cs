using StreamingContrastive.Pipeline.Checkpoints;
using static StreamingContrastive.Tests.Pipeline.Checkpoints.CheckpointScenario;

namespace StreamingContrastive.Tests.Pipeline.Checkpoints;

public sealed class PhysicalCheckpointFilesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sc-checkpoints-").FullName;
    private readonly PhysicalCheckpointFiles _files = new();

    [Fact]
    public void Store_RealFiles_CommitsRestartsAndRetains()
    {
        var directory = Path.Combine(_root, "deep", "state");
        var store = CheckpointStore.Open(directory, _files, Time);
        var epoch = store.Start().Epoch;
        foreach (var step in new[] { 10, 20, 30 })
        {
            store.CommitStep(epoch, step);
            store.MarkAnnounced(new(1, step));
            store.Retain(2, 1, epoch);
        }

        var start = CheckpointStore.Open(directory, _files, Time).Start();

        start.Loaded!.ShouldHoldStep(30);
        (start.Loaded!.IsAnnounced, start.Findings.Count).ShouldBe((true, 0));
        store.List().Select(l => l.Name.Step).ShouldBe([20, 30]);
        store.Export(new(1, 30), Path.Combine(_root, "export"));
        File.ReadAllBytes(Path.Combine(_root, "export", "weights.bin")).ShouldBe(Weights(30));
    }

    [Fact]
    public void TryCreateNew_ExistingFile_IsLeftAsItIs()
    {
        var path = Path.Combine(_root, "file");

        _files.TryCreateNew(path, s => s.Write("first"u8)).ShouldBeTrue();
        _files.TryCreateNew(path, _ => throw new InvalidOperationException("must not be called")).ShouldBeFalse();

        File.ReadAllText(path).ShouldBe("first");
    }

    [Fact]
    public void TryCreateNew_WriteThatFails_IsNotTakenForAnExistingFile() =>
        Should.Throw<IOException>(() => _files.TryCreateNew(Path.Combine(_root, "file"), _ => throw new IOException("full"))).Message.ShouldBe("full");

    [Fact]
    public void SyncDirectory_MissingDirectory_NamesCallAndPath()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no fsync of directories.");

        Should.Throw<IOException>(() => _files.SyncDirectory(Path.Combine(_root, "missing"))).Message.ShouldSatisfyAllConditions(
            m => m.ShouldContain("open of the directory"), m => m.ShouldContain("missing"));
        Should.NotThrow(() => _files.SyncDirectory(_root));
    }

    [Fact]
    public void Rename_TargetWithFiles_Fails()
    {
        var (from, to) = (Path.Combine(_root, "from"), Path.Combine(_root, "to"));
        _files.CreateDirectory(from);
        _files.CreateDirectory(to);
        _files.TryCreateNew(Path.Combine(to, "file"), _ => { });

        Should.Throw<IOException>(() => _files.Rename(from, to));
    }

    [Fact]
    public void Open_DirectoryThatIsAFile_SaysWhatToSet()
    {
        var path = Path.Combine(_root, "file");
        File.WriteAllText(path, "");

        Should.Throw<CheckpointDirectoryException>(() => CheckpointStore.Open(path, _files, Time)).Message.ShouldContain("checkpoint.directory");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
