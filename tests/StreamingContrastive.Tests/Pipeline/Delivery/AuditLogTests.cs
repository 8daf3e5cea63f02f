using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Delivery;
using static StreamingContrastive.Tests.Pipeline.Delivery.ChunkFactory;

namespace StreamingContrastive.Tests.Pipeline.Delivery;

public sealed class AuditLogTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"sc-audit-{Guid.NewGuid():N}.txt");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Open_AfterALineThatAKillCutShort_GoesOnWithALineOfItsOwn()
    {
        // What the line feed in Open is for: "range 1 4begin 2 - 0 ;" is no line. Seen red without it.
        File.WriteAllText(_path, "begin 1 - 0 ;\nrange 1 4");

        using (var log = AuditLog.Open(_path))
        {
            log.Begin(2, null, 0);
        }

        Lines().ShouldBe(["begin 1 - 0 ;", "range 1 4", "begin 2 - 0 ;"]);
    }

    [Fact]
    public void Passed_WithAnotherWriterOfTheSameFile_NeitherWritesOverTheOther()
    {
        // What O_APPEND in AppendOnlyFile is for: with FileMode.Append the first writer goes on where the end was when it opened. Seen red
        // with that mode.
        var assembler = new BatchAssembler(2, RowBytes);
        var (batch, positions) = (new TrainingBatch(2, RowBytes), new BatchPositions(2));
        assembler.Accept(Full(P0, 0, 2));
        assembler.TryTake(batch, positions).ShouldBeTrue();

        using (var paused = AuditLog.Open(_path))
        using (var newer = AuditLog.Open(_path))
        {
            paused.Begin(1, null, 0);
            newer.Begin(2, null, 0);
            newer.Passed(2, 1, positions);
            paused.Passed(1, 1, positions);
            newer.Captured(2, 1, 7);
        }

        Lines().ShouldBe(["begin 1 - 0 ;", "begin 2 - 0 ;", "range 2 1 records 0 0 2 2 0 0 0 0..2 ;", "range 1 1 records 0 0 2 2 0 0 0 0..2 ;", "captured 2 1 7 ;"]);
    }

    [Fact]
    public void Open_InADirectoryThatIsNotThere_NamesFileAndOption()
    {
        var path = Path.Combine(_path, "audit.txt");

        var e = Should.Throw<IOException>(() => AuditLog.Open(path));

        e.Message.ShouldStartWith($"The audit file {path} (--audit) cannot be written: ");
    }

    private IEnumerable<string> Lines() => File.ReadAllLines(_path).Where(l => l.Length > 0);
}
