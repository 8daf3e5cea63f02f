using System.Globalization;
using System.Text;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Delivery;

/// <summary>A half-open run of offsets.</summary>
/// <param name="From">First offset.</param>
/// <param name="To">First offset after it.</param>
internal readonly record struct OffsetRun(long From, long To);

/// <summary>
/// One line of an audit file (<c>run --audit FILE</c>): what a trainer did with which offsets. Fields are separated by one space, and a
/// line is whole only with its last field, a semicolon: a kill in the middle of a write leaves a line that cannot be mistaken.
/// <code>
/// begin EPOCH PARENT|- VERSION ;                                             an epoch began at a checkpoint (model version VERSION), or afresh
/// range EPOCH STEP TOPIC PARTITION FROM TO TRAINED DEAD TOMBSTONES GAPS ROWS ;   a watermark passed [FROM, TO); ROWS went into STEP: a..b,c..d or -
/// captured EPOCH STEP VERSION ;                                              the lines above are part of the checkpoint with this version
/// </code>
/// </summary>
internal abstract record AuditLine(long Epoch)
{
    private const char Separator = ' ';
    private const string None = "-";
    private const char End = ';';

    /// <summary>An epoch begins.</summary>
    /// <param name="Epoch">The epoch.</param>
    /// <param name="Parent">The checkpoint that it goes on from; null for a fresh start.</param>
    /// <param name="ParentVersion">The model version of that checkpoint, which no other capture bears; 0 for a fresh start.</param>
    public sealed record Begin(long Epoch, string? Parent, ulong ParentVersion) : AuditLine(Epoch)
    {
        private protected override string Fields => string.Create(CultureInfo.InvariantCulture, $"begin {Epoch} {Parent ?? None} {ParentVersion}");
    }

    /// <summary>A batch moved the watermark of a partition, or had rows of it.</summary>
    /// <param name="Epoch">The epoch.</param>
    /// <param name="Step">The completed steps when it was done: the number of the step, where there are rows.</param>
    /// <param name="Partition">The partition.</param>
    /// <param name="From">The watermark before.</param>
    /// <param name="To">The watermark after.</param>
    /// <param name="Counts">What became of the offsets in [From, To).</param>
    /// <param name="Rows">The offsets whose records were rows of the batch, in its order.</param>
    public sealed record Range(long Epoch, long Step, PartitionId Partition, long From, long To, DeliveryCounters Counts, IReadOnlyList<OffsetRun> Rows) : AuditLine(Epoch)
    {
        private protected override string Fields => string.Create(
            CultureInfo.InvariantCulture,
            $"range {Epoch} {Step} {Partition.Topic} {Partition.Partition} {From} {To} {Counts.Trained} {Counts.DeadLettered} {Counts.Tombstones} {Counts.SkippedOffsets} {RowsText}");

        private string RowsText => Rows.Count == 0 ? None : string.Join(',', Rows.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.From}..{r.To}")));
    }

    /// <summary>The state up to here was copied for a checkpoint. Whether that became durable is said by the <see cref="Begin"/> of a later epoch.</summary>
    /// <param name="Epoch">The epoch.</param>
    /// <param name="Step">Completed steps.</param>
    /// <param name="Version">The model version of the checkpoint.</param>
    public sealed record Captured(long Epoch, long Step, ulong Version) : AuditLine(Epoch)
    {
        private protected override string Fields => string.Create(CultureInfo.InvariantCulture, $"captured {Epoch} {Step} {Version}");
    }

    private protected abstract string Fields { get; }

    /// <summary>The line without its line feed.</summary>
    public sealed override string ToString() => $"{Fields} {End}";

    /// <summary>Reads a line; null for one that a kill cut short.</summary>
    /// <exception cref="FormatException">It is whole and no line of an audit file.</exception>
    public static AuditLine? Parse(string text)
    {
        var fields = text.Split(Separator);
        if (fields.Length < 2 || fields[^1] is not [End])
        {
            return null;
        }

        try
        {
            return (fields[0], fields.Length) switch
            {
                ("begin", 5) => new Begin(Number(fields[1]), fields[2] == None ? null : fields[2], ulong.Parse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture)),
                ("range", 13) => new Range(
                    Number(fields[1]), Number(fields[2]), new(fields[3], (int)Number(fields[4])), Number(fields[5]), Number(fields[6]),
                    new(Number(fields[7]), Number(fields[8]), Number(fields[9]), Number(fields[10])), RowsOf(fields[11])),
                ("captured", 5) => new Captured(Number(fields[1]), Number(fields[2]), ulong.Parse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture)),
                _ => throw new FormatException("its first word, or its number of fields, is unknown"),
            };
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new FormatException($"'{text}' is no line of an audit file: {e.Message}", e);
        }
    }

    /// <summary>The lines of a batch: one a partition.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="step">Completed steps.</param>
    /// <param name="positions">The batch.</param>
    public static IEnumerable<Range> Of(long epoch, long step, BatchPositions positions)
    {
        for (var index = 0; index < positions.Partitions.Count; index++)
        {
            var passed = positions.Partitions[index];
            yield return new Range(epoch, step, passed.Partition, passed.From, passed.To, passed.Counts, RunsOf(index, positions));
        }
    }

    /// <inheritdoc cref="ToString"/>
    public void AppendTo(StringBuilder text) => text.Append(Fields).Append(Separator).Append(End).Append('\n');

    private static List<OffsetRun> RunsOf(int partitionIndex, BatchPositions positions)
    {
        var runs = new List<OffsetRun>();
        for (var row = 0; row < positions.Count; row++)
        {
            if (positions.PartitionOfRow[row] != partitionIndex)
            {
                continue;
            }

            var offset = positions.Rows[row].Offset;
            if (runs.Count > 0 && runs[^1].To == offset)
            {
                runs[^1] = runs[^1] with { To = offset + 1 };
            }
            else
            {
                runs.Add(new(offset, offset + 1));
            }
        }

        return runs;
    }

    private static List<OffsetRun> RowsOf(string text) => text == None
        ? []
        : [.. text.Split(',').Select(run => run.Split("..")).Select(ends => ends.Length == 2 ? new OffsetRun(Number(ends[0]), Number(ends[1])) : throw new FormatException($"'{text}' are no runs of offsets"))];

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
