using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Monitoring;
using StreamingContrastive.Tests.Learning;

namespace StreamingContrastive.Tests.Pipeline.Monitoring;

[Collection(TorchTests.Name)]
public sealed class DriftMonitorTests
{
    private const int RowBytes = 64;
    private readonly DriftMonitor _monitor = new(WatchedPart.Pixels(RowBytes), everySteps: 10);

    [Fact]
    public void IsDue_WindowsNotFull_IsFalse()
    {
        Feed(2 * _monitor.WindowRecords - 1, _ => 100);
        _monitor.IsDue(10).ShouldBeFalse();

        Feed(1, _ => 100);

        _monitor.IsDue(10).ShouldBeTrue();
        _monitor.IsDue(11).ShouldBeFalse();
    }

    [Theory]
    [InlineData(28 * 28, 256)]
    [InlineData(224 * 224 * 3, 111)]
    [InlineData(4_000_000, 32)]
    public void WindowRecords_LargePictures_AreFewer(int rowBytes, int expected) => new DriftMonitor(WatchedPart.Pixels(rowBytes), 1).WindowRecords.ShouldBe(expected);

    [Fact]
    public void Evaluate_SameStream_FindsNoDriftAndAnEncoderThatStoodStill()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());
        Feed(2 * _monitor.WindowRecords, random => random.Next(256));

        var first = _monitor.Evaluate(trainer);
        var second = _monitor.Evaluate(trainer);

        first.DataPValue.ShouldBeGreaterThan(0.01);
        first.Model.ShouldBeNull();
        second.Model!.Value.ShouldBe(0, 1e-5);
    }

    [Fact]
    public void Evaluate_StreamThatChanged_FindsDataDrift()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());
        Feed(_monitor.WindowRecords, random => random.Next(128));
        Feed(_monitor.WindowRecords, random => 128 + random.Next(128));

        var drift = _monitor.Evaluate(trainer);

        drift.DataPValue.ShouldBe(1.0 / 201);
        drift.Data.ShouldBeGreaterThan(0.05);
    }

    /// <summary>The same records under another encoder: the model moved, the data did not. Vectors of two versions compared would say both did.</summary>
    [Fact]
    public void Evaluate_EncoderThatTrained_FindsModelDriftAndNoDataDrift()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());
        Feed(2 * _monitor.WindowRecords, random => random.Next(256));
        _monitor.Evaluate(trainer);
        for (var step = 0; step < 40; step++)
        {
            trainer.Step(TorchTests.Batch(step), collectMetrics: false);
        }

        var drift = _monitor.Evaluate(trainer);

        drift.Model!.Value.ShouldBeGreaterThan(1e-4);
        drift.DataPValue.ShouldBeGreaterThan(0.01);
    }

    private readonly Random _random = new(21);

    private void Feed(int records, Func<Random, int> pixel)
    {
        var batch = new TrainingBatch(1, RowBytes) { Count = 1 };
        for (var i = 0; i < records; i++)
        {
            for (var at = 0; at < RowBytes; at++)
            {
                batch.Clean[at] = (byte)pixel(_random);
            }

            _monitor.Observe(batch);
        }
    }
}
