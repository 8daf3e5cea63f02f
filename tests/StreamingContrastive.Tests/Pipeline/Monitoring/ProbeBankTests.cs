using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Monitoring;

namespace StreamingContrastive.Tests.Pipeline.Monitoring;

public sealed class ProbeBankTests
{
    [Fact]
    public void Observe_RepeatsAndUnlabelled_TakesEachLabelledRecordOnceUntilFull()
    {
        var bank = new ProbeBank(capacityRecords: 3, rowBytes: 2);

        bank.Observe(Batch((1, 5), (2, -1), (1, 5), (3, 6)));
        bank.Observe(Batch((3, 6), (4, 7), (5, 8)));

        bank.Count.ShouldBe(3);
        bank.Labels.ToArray().ShouldBe([5, 6, 7]);
        bank.Pixels.ToArray().ShouldBe([1, 1, 3, 3, 4, 4]);
    }

    private static TrainingBatch Batch(params (long Id, int Label)[] rows)
    {
        var batch = new TrainingBatch(rows.Length, 2) { Count = rows.Length };
        for (var i = 0; i < rows.Length; i++)
        {
            (batch.RecordIds[i], batch.Labels[i]) = rows[i];
            batch.Clean.AsSpan(i * 2, 2).Fill((byte)rows[i].Id);
        }

        return batch;
    }
}
