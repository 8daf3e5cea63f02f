using System.Text;

namespace StreamingContrastive.Pipeline.Delivery;

/// <summary>
/// Appends <see cref="AuditLine"/>s to a file that every restart goes on with. A line is with the operating system before the
/// checkpoint that contains it can be taken, so a kill of the process loses none that matters; a power loss may. Trainer's thread only.
/// </summary>
internal sealed class AuditLog : IDisposable
{
    private readonly FileStream _file;
    private readonly StringBuilder _text = new();

    private AuditLog(FileStream file) => _file = file;

    /// <summary>Opens the file, or creates it. What a kill left of a last line is ended, so that the next one stands by itself.</summary>
    /// <exception cref="IOException">The file cannot be opened or written.</exception>
    public static AuditLog Open(string path)
    {
        try
        {
            var log = new AuditLog(AppendOnlyFile.Open(path));
            log.Write("\n"); // An empty line where the last one was whole; a reader skips it.
            return log;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The audit file {path} (--audit) cannot be written: {e.Message} Name a file in a directory that exists and is writable.", e);
        }
    }

    /// <summary>An epoch begins; see <see cref="AuditLine.Begin"/>.</summary>
    public void Begin(long epoch, string? parent, ulong parentVersion) => Write(new AuditLine.Begin(epoch, parent, parentVersion) + "\n");

    /// <summary>A batch has been trained, or watermarks moved without one: one write for all its lines.</summary>
    public void Passed(long epoch, long step, BatchPositions positions) => Write(AuditLine.Of(epoch, step, positions));

    /// <summary>A batch that no step was made on is in the dead letters: its watermarks moved, its records were rows of nothing.</summary>
    public void Refused(long epoch, long step, BatchPositions positions) => Write(AuditLine.Of(epoch, step, positions).Select(static line => line with
    {
        Counts = line.Counts with { Trained = 0, DeadLettered = line.Counts.DeadLettered + line.Counts.Trained },
        Rows = [],
    }));

    /// <summary>The state was copied for a checkpoint; see <see cref="AuditLine.Captured"/>.</summary>
    public void Captured(long epoch, long step, ulong version) => Write(new AuditLine.Captured(epoch, step, version) + "\n");

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private void Write(IEnumerable<AuditLine.Range> lines)
    {
        _text.Clear();
        foreach (var line in lines)
        {
            line.AppendTo(_text);
        }

        Write(_text.ToString());
    }

    private void Write(string lines) => _file.Write(Encoding.UTF8.GetBytes(lines));
}
