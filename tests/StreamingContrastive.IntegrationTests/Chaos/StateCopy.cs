namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>A copy of a state directory, to be damaged, with an audit file of its own.</summary>
internal sealed class StateCopy : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sc-damage-");

    public StateCopy(string state, string? into)
    {
        State = Path.Combine(into ?? _directory.FullName, "state");
        foreach (var directory in Directory.GetDirectories(state, "*", SearchOption.AllDirectories).Prepend(state))
        {
            Directory.CreateDirectory(Path.Combine(State, Path.GetRelativePath(state, directory)));
        }

        foreach (var file in Directory.GetFiles(state, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(State, Path.GetRelativePath(state, file)));
        }

        (Newest, Older) = (Checkpoints[0], Checkpoints[1]);
    }

    public string State { get; }

    public string AuditFile => Path.Combine(_directory.FullName, "audit.txt");

    /// <summary>Checkpoints, newest first.</summary>
    public IReadOnlyList<string> Checkpoints => [.. Directory.GetDirectories(Path.Combine(State, "checkpoints")).Where(d => Path.GetFileName(d)[0] != '.').OrderDescending(StringComparer.Ordinal)];

    /// <summary>The newest when the copy was made.</summary>
    public string Newest { get; }

    /// <summary>The one before it.</summary>
    public string Older { get; }

    /// <summary>The "begin" lines: starts that got as far as training.</summary>
    public IReadOnlyList<string> Began => File.Exists(AuditFile) ? [.. File.ReadAllLines(AuditFile).Where(l => l.StartsWith("begin ", StringComparison.Ordinal))] : [];

    /// <summary>As if its trainer had died before the broker acknowledged its outputs.</summary>
    public void ForgetAnnouncementOfNewest() => File.Delete(Path.Combine(State, "announced", Path.GetFileName(Newest)));

    public void Dispose() => _directory.Delete(recursive: true);
}
