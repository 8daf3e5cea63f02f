using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>An audit file, and what of it survived: the newest epoch, its parent up to the checkpoint that it branches from, and so on.</summary>
internal sealed class AuditTrail
{
    private readonly List<AuditLine> _lines = [];

    private AuditTrail()
    {
    }

    /// <summary>Lines that a kill cut short.</summary>
    public int TornLines { get; private set; }

    /// <summary>Epochs that began.</summary>
    public int Epochs => _lines.OfType<AuditLine.Begin>().Count();

    /// <summary>All ranges, dead ones included.</summary>
    public IEnumerable<AuditLine.Range> Ranges => _lines.OfType<AuditLine.Range>();

    /// <summary>Reads a file that trainers may be writing.</summary>
    public static AuditTrail Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return Of(reader.ReadToEnd().Split('\n'));
    }

    /// <summary>Reads lines.</summary>
    public static AuditTrail Of(IEnumerable<string> lines)
    {
        var trail = new AuditTrail();
        foreach (var line in lines.Where(l => l.Length > 0))
        {
            if (AuditLine.Parse(line) is { } parsed)
            {
                trail._lines.Add(parsed);
            }
            else
            {
                trail.TornLines++;
            }
        }

        return trail;
    }

    /// <summary>The ranges of the surviving lineage, oldest first.</summary>
    /// <exception cref="InvalidDataException">An epoch branches from a checkpoint whose capture is not in the file.</exception>
    public IReadOnlyList<AuditLine.Range> Surviving()
    {
        var parts = new Stack<List<AuditLine.Range>>();
        var begin = _lines.OfType<AuditLine.Begin>().MaxBy(b => b.Epoch);
        ulong? upTo = null;
        while (begin is not null)
        {
            parts.Push(PartOf(begin.Epoch, upTo));
            if (begin.Parent is null)
            {
                break;
            }

            CheckpointName.TryParse(begin.Parent, out var parent).ShouldBeTrue(begin.Parent);
            upTo = begin.ParentVersion;
            begin = _lines.OfType<AuditLine.Begin>().SingleOrDefault(b => b.Epoch == parent.Epoch)
                ?? throw new InvalidDataException($"Epoch {begin.Epoch} branches from {begin.Parent}, and no line says that epoch {parent.Epoch} began.");
        }

        return [.. parts.SelectMany(p => p)];
    }

    /// <summary>
    /// What is wrong with the surviving lineage, by offsets alone: every partition passed from 0 to its end without a hole, every offset
    /// trained exactly once.
    /// </summary>
    /// <param name="ends">Where every partition ends; its records are 0 to the end, all of them trainable.</param>
    public IReadOnlyList<string> Problems(IReadOnlyDictionary<PartitionId, long> ends)
    {
        var problems = new List<string>();
        var surviving = Surviving();
        foreach (var (partition, end) in ends)
        {
            var watermark = 0L;
            var trained = new int[end];
            foreach (var range in surviving.Where(r => r.Partition == partition))
            {
                if (range.From != watermark)
                {
                    problems.Add($"{partition}: epoch {range.Epoch} step {range.Step} goes on at {range.From}, the watermark was at {watermark}");
                }

                if (range.Counts.Consumed + range.Counts.SkippedOffsets != range.To - range.From)
                {
                    problems.Add($"{partition}: '{range}' counts other than it passes");
                }

                watermark = range.To;
                foreach (var run in range.Rows)
                {
                    for (var offset = run.From; offset < run.To; offset++)
                    {
                        if (offset < end)
                        {
                            trained[offset]++;
                        }
                        else
                        {
                            problems.Add($"{partition}: offset {offset} was trained, the partition ends at {end}");
                        }
                    }
                }
            }

            if (watermark != end)
            {
                problems.Add($"{partition}: the watermark is at {watermark}, not at the end {end}");
            }

            problems.AddRange(trained.Index().Where(t => t.Item != 1).Take(10).Select(t => $"{partition}: offset {t.Index} was trained {t.Item} times"));
        }

        return problems;
    }

    private List<AuditLine.Range> PartOf(long epoch, ulong? upToVersion)
    {
        var part = new List<AuditLine.Range>();
        foreach (var line in _lines.Where(l => l.Epoch == epoch))
        {
            if (line is AuditLine.Range range)
            {
                part.Add(range);
            }
            else if (line is AuditLine.Captured captured && captured.Version == upToVersion)
            {
                return part;
            }
        }

        return upToVersion is null ? part : throw new InvalidDataException($"No line says that epoch {epoch} captured version {upToVersion}, from which a later epoch branches.");
    }
}
