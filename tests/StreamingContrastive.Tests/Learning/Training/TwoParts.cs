using System.Buffers.Binary;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Encoders.Text;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Tests.Learning.Training;

/// <summary>Trainers of two parts and batches for them.</summary>
internal static class TwoParts
{
    public static RowLayout Pictures { get; } = new([RowPart.Picture("left", 8, 8, 1), RowPart.Picture("right", 8, 8, 1)]);

    public static RowLayout PictureAndText { get; } = new([RowPart.Picture("image", 8, 8, 1), RowPart.Text("text", 6, hardNegatives: 2)]) { References = 3 };

    public static TrainerConfiguration Configuration(ObjectiveOptions? objective = null, RowLayout? rows = null) => TorchTests.Configuration() with
    {
        Objective = (objective ?? new ObjectiveOptions()) with { Plan = PlanKind.CrossModal, QueueCapacityRows = 20, Temperature = 0.2 },
        Encoder = new EncoderOptions { Width = 4, ProjectionDimension = 8, Text = new TextEncoderOptions { Buckets = 64, Dimension = 12, Dropout = 0.2 } },
        Rows = rows ?? Pictures,
    };

    public static ObjectiveOptions InBatch(LossKind loss) => new() { Loss = loss, Negatives = StreamingContrastive.Learning.Objectives.Plans.NegativeSource.Batch };

    /// <summary>Noise in every part that a row has; hard negatives and references in every other row of a layout that takes them.</summary>
    public static TrainingBatch Batch(RowLayout layout, int step, Func<int, int, bool>? has = null, int count = 6)
    {
        var batch = new TrainingBatch(6, layout.Sizes) { Count = count };
        var random = new Random(500 + step);
        for (var row = 0; row < count; row++)
        {
            batch.RecordIds[row] = (step * 6) + row;
            batch.Labels[row] = -1;
            foreach (var (rows, size) in new[] { (batch.Query, layout.QueryBytes), (batch.Key, layout.KeyBytes), (batch.Clean, layout.CleanBytes) })
            {
                Fill(layout, rows.AsSpan(row * size, size), random, part => has?.Invoke(row, part) ?? true);
            }

            HardNegatives(layout, batch.Key.AsSpan(row * layout.KeyBytes, layout.KeyBytes), random, row);
        }

        return batch;
    }

    private static void Fill(RowLayout layout, Span<byte> row, Random random, Func<int, bool> has)
    {
        var bits = 0u;
        for (var i = 0; i < layout.Parts.Count; i++)
        {
            if (has(i))
            {
                bits |= 1u << i;
                Noise(layout.Parts[i], row.Slice(layout.OffsetOf(i), layout.Parts[i].Bytes), random);
            }
        }

        BinaryPrimitives.WriteUInt32LittleEndian(row, bits);
    }

    private static void HardNegatives(RowLayout layout, Span<byte> row, Random random, int index)
    {
        for (var i = 0; i < layout.Parts.Count; i++)
        {
            if (layout.Parts[i].HardNegatives > 0 && index % 2 == 0)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(row[layout.NegativesOffsetOf(i)..], 1);
                Noise(layout.Parts[i], row.Slice(layout.NegativeSlotOf(i, 0), layout.Parts[i].Bytes), random);
            }
        }

        if (layout.References > 0 && index % 2 == 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(row[layout.ReferencesOffset..], 1);
            BinaryPrimitives.WriteInt64LittleEndian(row[(layout.ReferencesOffset + 4)..], 7000 + index);
        }
    }

    private static void Noise(RowPart part, Span<byte> bytes, Random random)
    {
        if (part.Kind == PartKind.Picture)
        {
            random.NextBytes(bytes);
            return;
        }

        for (var t = 0; t < 3; t++) // three words, then padding
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes[(t * 4)..], random.Next(1, int.MaxValue) | int.MinValue);
        }
    }
}
