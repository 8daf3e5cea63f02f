using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Monitoring;
using StreamingContrastive.Pipeline.Telemetry;
using StreamingContrastive.Tests.Learning;

namespace StreamingContrastive.Tests.Pipeline.Monitoring;

[Collection(TorchTests.Name)]
public sealed class RetrievalMonitorTests
{
    private const int Side = 8;
    private static readonly RowLayout s_layout = new([RowPart.Picture("left", Side, Side, 1), RowPart.Picture("right", Side, Side, 1)]);

    [Fact]
    public void Evaluate_EqualPicturesThroughOneEncoder_AllFindEachOther()
    {
        using var trainer = Trainer();

        var result = new RetrievalMonitor(Rows(30, _ => 3, (row, _) => row), 5).Evaluate(trainer);

        result.Recalls.ShouldBe([new PartRecall("left", "right", 30, 1, 1, 1), new PartRecall("right", "left", 30, 1, 1, 1)]);
    }

    [Fact]
    public void Evaluate_PicturesOfTheNextRecord_AreFoundAtChance()
    {
        using var trainer = Trainer();

        // The own picture stands in another record: it is always before the right answer, so that is never first.
        var result = new RetrievalMonitor(Rows(30, _ => 3, (row, part) => (row + part) % 30), 5).Evaluate(trainer);

        result.Recalls.ShouldAllBe(r => r.R1 == 0 && r.R10 < 0.8);
    }

    [Fact]
    public void Evaluate_RecordsThatLackAPart_AreNotAsked()
    {
        using var trainer = Trainer();

        var result = new RetrievalMonitor(Rows(30, row => row < 24 ? 3u : 1u, (row, _) => row), 5).Evaluate(trainer);

        result.Recalls.Select(r => r.Records).ShouldBe([24, 24]);
        new RetrievalMonitor(Rows(30, row => row < 4 ? 3u : 1u, (row, _) => row), 5).Evaluate(trainer).Recalls.ShouldBeEmpty();
    }

    [Fact]
    public void IsDue_EverySoManySteps_UnlessThereIsNothingToAsk()
    {
        var monitor = new RetrievalMonitor(Rows(30, _ => 3, (row, _) => row), 5);

        Enumerable.Range(1, 10).Where(step => monitor.IsDue(step)).ShouldBe([5, 10]);
        new RetrievalMonitor(Rows(5, _ => 3, (row, _) => row), 5).IsDue(5).ShouldBeFalse();
    }

    private static ContrastiveTrainer Trainer() => new(new TrainerConfiguration(
        new InputGeometry(Side, Side, 1), new EncoderOptions { Width = 4, PoolingGrid = 2, ProjectionDimension = 16 },
        new ObjectiveOptions { Plan = PlanKind.CrossModal }, new TrainingOptions { Threads = 1 }, Seed: 1, PublishProjection: true)
    {
        Rows = s_layout,
        SharedWith = [0, 0],
    });

    private static HeldOutRows Rows(int count, Func<int, uint> presence, Func<int, int, int> seed)
    {
        var rows = new byte[count * s_layout.CleanBytes];
        for (var row = 0; row < count; row++)
        {
            var bytes = rows.AsSpan(row * s_layout.CleanBytes, s_layout.CleanBytes);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(bytes, presence(row));
            for (var part = 0; part < 2; part++)
            {
                new Random(seed(row, part)).NextBytes(bytes.Slice(s_layout.OffsetOf(part), Side * Side));
            }
        }

        return new HeldOutRows(s_layout, rows, count, 0);
    }
}
