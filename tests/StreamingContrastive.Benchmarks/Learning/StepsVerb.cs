using System.Diagnostics;
using System.Globalization;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Native;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Benchmarks.Learning;

/// <summary>
/// <c>steps [seconds]</c>: records/s of the trainer's step against the plain loop, interleaved in one process, batch 256, queue 4,096,
/// width 16, 28x28. Both embed the clean views too.
/// </summary>
internal static class StepsVerb
{
    private const int BatchSize = 256;
    private const int Rounds = 3;

    public static int Run(string[] args)
    {
        var seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 10.0;
        TorchNative.EnsureLoaded();
        using var trainer = new ContrastiveTrainer(new TrainerConfiguration(
            new InputGeometry(28, 28, 1), new EncoderOptions(), new ObjectiveOptions(), new TrainingOptions { BatchSize = BatchSize, Device = "cpu" }, Seed: 1, PublishProjection: false));
        using var plain = new PlainLoop(BatchSize, capacity: 4096);
        var batch = Noise();
        var warm = Math.Min(2, seconds);
        _ = Rate(() => plain.Step(batch), warm) + Rate(() => trainer.Step(batch, collectMetrics: false), warm);
        List<double> ratios = [];
        for (var round = 1; round <= Rounds; round++)
        {
            var plainRate = Rate(() => plain.Step(Renumber(batch)), seconds);
            var trainerRate = Rate(() => trainer.Step(Renumber(batch), collectMetrics: false), seconds);
            ratios.Add(trainerRate / plainRate);
            Console.WriteLine(FormattableString.Invariant($"round {round}: plain loop {plainRate:F0} records/s, trainer.Step {trainerRate:F0} records/s, ratio {ratios[^1]:F3}"));
        }

        Console.WriteLine(FormattableString.Invariant($"median ratio {ratios.Order().ElementAt(Rounds / 2):F3}; {CopyTime(trainer):F0} ms a CopyState; peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB; {Environment.ProcessorCount} processors"));
        return 0;
    }

    private static double Rate(Action step, double seconds)
    {
        var start = Stopwatch.GetTimestamp();
        var steps = 0;
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            step();
            steps++;
        }

        return steps * BatchSize / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double CopyTime(ContrastiveTrainer trainer)
    {
        trainer.CopyState();
        var start = Stopwatch.GetTimestamp();
        trainer.CopyState();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    // Every record is new, as in a stream: own keys are looked for but not found.
    private static TrainingBatch Renumber(TrainingBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            batch.RecordIds[i] += BatchSize;
        }

        return batch;
    }

    private static TrainingBatch Noise()
    {
        var batch = new TrainingBatch(BatchSize, 784) { Count = BatchSize };
        var random = new Random(1);
        random.NextBytes(batch.Query);
        random.NextBytes(batch.Key);
        random.NextBytes(batch.Clean);
        for (var i = 0; i < BatchSize; i++)
        {
            batch.RecordIds[i] = i;
        }

        return batch;
    }
}
