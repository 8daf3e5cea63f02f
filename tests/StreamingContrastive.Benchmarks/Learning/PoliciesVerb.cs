using System.Diagnostics;
using System.Globalization;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Native;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Plans;
using StreamingContrastive.Learning.Objectives.Policies;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Benchmarks.Learning;

/// <summary>
/// <c>policies [rounds] [threads] [name]</c>: what each policy, loss and plan adds to a plain InfoNCE step, K 4,096, batch 256, width 16, 28x28,
/// queue full. A round times one step of the variant right after a plain one, so that what else runs on the machine hits both alike;
/// medians of both and of their ratios are printed, by the clock and by the processor time of the process. On a busy machine trust the
/// latter, with one thread (the default), because waiting threads spin. Variants with further forwards stand apart. A name leaves only the
/// variants that contain it.
/// </summary>
internal static class PoliciesVerb
{
    private const int BatchSize = 256;

    private const string Believed = "adaptive weights, believed";

    private static readonly FalseNegativeOptions Attract = new() { Mode = FalseNegativeMode.Attract };

    private static readonly (string Name, ObjectiveOptions Objective)[] Variants =
    [
        ("no id mask", new() { MaskSameRecord = false }),
        ("id mask + input mask", new() { MaskSameInput = true }),
        ("age limit", With(new() { AgeLimit = new() })),
        ("age decay", With(new() { AgeDecay = new() })),
        ("EqCo", With(new() { EqCo = new() })),
        ("ring 0.5 to 0.9", With(new() { Ring = new() })),
        ("semi-hard", With(new() { SemiHard = new() { Margin = 1 } })),
        ("hardest 1,024", With(new() { Hardest = new() })),
        ("false negatives, views", With(new() { FalseNegatives = new() { QueuedSupport = 0 } })),
        ("false negatives, + 1 queued", With(new() { FalseNegatives = new() })),
        ("MoCHi 256, 64 + 32", With(new() { MoChi = new() { StartStep = 0 } })),
        ("clusters 128: mask + hard negative", With(new() { Clusters = new() { StartCosine = 1 } })),
        ("clusters 128: mask alone", With(new() { Clusters = new() { StartCosine = 1, HardNegative = false } })),
        ("clusters 128: all of it", With(new() { Clusters = new() { StartCosine = 1, Nearest = 64, MarginWeight = .0001 } })),
        ("adaptive weights, unbelieved", With(new() { AdaptiveWeights = new() })),
        (Believed, With(new() { AdaptiveWeights = new() })),
        ("DCL", new() { Loss = LossKind.Dcl }),
        ("debiased", new() { Loss = LossKind.Debiased }),
        ("HCL", new() { Loss = LossKind.Hcl }),
        ("SupCon, labels", new() { Loss = LossKind.SupCon, Positives = new() { SameLabel = true } }),
        ("SupCon, attraction", With(new() { FalseNegatives = Attract }) with { Loss = LossKind.SupCon }),
        ("queue and batch", new() { Negatives = NegativeSource.Both }),
    ];

    private static readonly (string Name, ObjectiveOptions Objective)[] FurtherForwards =
    [
        ("refresh of 32 keys", With(new() { Refresh = new() })),
        ("symmetric", new() { Plan = PlanKind.Symmetric }),
        ("in batch (NT-Xent)", new() { Plan = PlanKind.InBatch, Loss = LossKind.NtXent, Negatives = NegativeSource.Batch }),
    ];

    public static int Run(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 9;
        var threads = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
        var name = args.Length > 2 ? args[2] : "";
        TorchNative.EnsureLoaded();
        using var plain = Trainer(new ObjectiveOptions(), threads);
        var batch = NoiseBatch.Create(BatchSize);
        for (var step = 0; step < 16; step++)
        {
            plain.Step(NoiseBatch.Renumber(batch), collectMetrics: false);
        }

        Console.WriteLine($"medians of {rounds} steps each, {threads} threads    clock: plain ms  variant ms  ratio    processor: plain ms  variant ms  ratio");
        Print(Named(Variants, name), plain, batch, rounds, threads);
        Console.WriteLine("with further forwards");
        Print(Named(FurtherForwards, name), plain, batch, rounds, threads);
        return 0;
    }

    private static void Print((string Name, ObjectiveOptions Objective)[] variants, ContrastiveTrainer plain, TrainingBatch batch, int rounds, int threads)
    {
        foreach (var (name, objective) in variants)
        {
            using var trainer = Trainer(objective, threads);
            // A queue of another shape, or parts that have learned: such a trainer fills its own queue.
            var fillsItself = objective.Policies is { Refresh: not null } or { Clusters: not null } or { AdaptiveWeights: not null };
            if (!fillsItself)
            {
                trainer.Restore(plain.CopyState());
            }

            if (name == Believed)
            {
                trainer.Restore(Trusted(trainer.CopyState()));
            }

            void Plain() => plain.Step(NoiseBatch.Renumber(batch), collectMetrics: false);
            void Variant() => trainer.Step(NoiseBatch.Renumber(batch), collectMetrics: false);
            for (var step = 0; step < (fillsItself ? 17 : 2); step++)
            {
                Variant();
            }

            var times = Enumerable.Range(0, rounds).Select(_ => (Plain: Time(Plain), Variant: Time(Variant))).ToArray();
            string Columns(Func<(double Clock, double Processor), double> of) => FormattableString.Invariant(
                $"{Median(times.Select(t => of(t.Plain))) * 1000,14:F0} {Median(times.Select(t => of(t.Variant))) * 1000,11:F0} {Median(times.Select(t => of(t.Variant) / of(t.Plain))),6:F2}");
            Console.WriteLine($"{name,-34} {Columns(t => t.Clock)}        {Columns(t => t.Processor)}");
        }
    }

    private static (string Name, ObjectiveOptions Objective)[] Named((string Name, ObjectiveOptions Objective)[] variants, string name) =>
        [.. variants.Where(v => v.Name.Contains(name, StringComparison.OrdinalIgnoreCase))];

    // Keys of noise never come again, so no estimator would earn its trust here.
    private static TrainerState Trusted(TrainerState state) => state with
    {
        Files = state.Files.ToDictionary(f => f.Key, f => f.Key != "objective" ? f.Value
            : [.. f.Value.Select(t => t.Name == "estimator.trust" ? t with { Data = [.. BitConverter.GetBytes(1L), .. BitConverter.GetBytes(0L)] } : t)]),
    };

    private static ObjectiveOptions With(PolicyOptions policies) => new() { Policies = policies };

    private static ContrastiveTrainer Trainer(ObjectiveOptions objective, int threads) => new(new TrainerConfiguration(
        new InputGeometry(28, 28, 1), new EncoderOptions(), objective, new TrainingOptions { BatchSize = BatchSize, Device = "cpu", Threads = threads }, Seed: 1, PublishProjection: false));

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static (double Clock, double Processor) Time(Action step)
    {
        using var process = Process.GetCurrentProcess();
        var (start, used) = (Stopwatch.GetTimestamp(), process.TotalProcessorTime);
        step();
        process.Refresh();
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, (process.TotalProcessorTime - used).TotalSeconds);
    }
}
