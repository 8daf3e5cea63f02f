using System.Diagnostics;
using System.Globalization;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Native;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Benchmarks.Learning;

/// <summary>
/// <c>steps [seconds]</c>: records/s of the trainer's step against the plain loop, three interleavings in one process, batch 256, queue 4,096,
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
        var batch = NoiseBatch.Create(BatchSize);
        void Plain() => plain.Step(NoiseBatch.Renumber(batch));
        void Trainer() => trainer.Step(NoiseBatch.Renumber(batch), collectMetrics: false);
        Measure(Plain, Trainer, Math.Min(3, seconds)); // warm
        List<double> ratios = [];
        for (var round = 1; round <= Rounds; round++)
        {
            var (plainRate, trainerRate) = Measure(Plain, Trainer, seconds);
            ratios.Add(trainerRate / plainRate);
            Console.WriteLine(FormattableString.Invariant($"round {round}: plain loop {plainRate:F0} records/s, trainer.Step {trainerRate:F0} records/s, ratio {ratios[^1]:F3}"));
        }

        Console.WriteLine(FormattableString.Invariant($"median ratio {ratios.Order().ElementAt(Rounds / 2):F3}; {CopyTime(trainer):F0} ms a CopyState; peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB; {Environment.ProcessorCount} processors"));
        return 0;
    }

    // Step by step in turn, and medians: what else runs on the machine then hits both alike.
    private static (double Plain, double Trainer) Measure(Action plain, Action trainer, double seconds)
    {
        List<double> plainTimes = [], trainerTimes = [];
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            plainTimes.Add(Time(plain));
            trainerTimes.Add(Time(trainer));
        }

        return (Rate(plainTimes), Rate(trainerTimes));
    }

    private static double Rate(List<double> times) => BatchSize / times.Order().ElementAt(times.Count / 2);

    private static double Time(Action step)
    {
        var start = Stopwatch.GetTimestamp();
        step();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double CopyTime(ContrastiveTrainer trainer)
    {
        trainer.CopyState();
        var start = Stopwatch.GetTimestamp();
        trainer.CopyState();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
