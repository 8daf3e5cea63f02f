using StreamingContrastive.Pipeline.Checkpoints;

namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>The real disk, with a pause before every file that is created; an endless one is a disk that hangs, until <see cref="Wake"/>.</summary>
internal sealed class SlowFiles : ICheckpointFiles, IDisposable
{
    private readonly ManualResetEvent _wake = new(initialState: false);
    private readonly PhysicalCheckpointFiles _files = new();
    private long _delayTicks;

    public TimeSpan Delay
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _delayTicks));
        set => Interlocked.Exchange(ref _delayTicks, value.Ticks);
    }

    public void Wake() => _wake.Set();

    public void Dispose() => _wake.Dispose();

    public bool DirectoryExists(string path) => _files.DirectoryExists(path);

    public void CreateDirectory(string path) => _files.CreateDirectory(path);

    public bool TryCreateNew(string path, Action<Stream> write)
    {
        _wake.WaitOne(Delay);
        return _files.TryCreateNew(path, write);
    }

    public void SyncDirectory(string path) => _files.SyncDirectory(path);

    public void Rename(string from, string to) => _files.Rename(from, to);

    public IReadOnlyList<CheckpointFileEntry> List(string directory) => _files.List(directory);

    public Stream OpenRead(string path) => _files.OpenRead(path);

    public void DeleteTree(string path) => _files.DeleteTree(path);
}
