using System.ComponentModel.DataAnnotations;

namespace StreamingContrastive.Learning.Training;

/// <summary>Optimizers that a pipeline file can name.</summary>
public enum OptimizerKind
{
    /// <summary>AdamW (decoupled weight decay).</summary>
    AdamW,

    /// <summary>SGD with momentum 0.9.</summary>
    Sgd,
}

/// <summary>Learning-rate schedules. A stream has no end, so none of them turns back.</summary>
public enum RateSchedule
{
    /// <summary>Linear warm-up, then constant.</summary>
    Constant,

    /// <summary>Linear warm-up, then proportional to 1/sqrt(t).</summary>
    InverseSquareRoot,
}

/// <summary>Schedules of the EMA coefficient. None of them turns back.</summary>
public enum MomentumScheduleKind
{
    /// <summary>Always the same.</summary>
    Constant,

    /// <summary>Rises towards a ceiling: min(ceiling, 1 - (1 - m0) / (1 + t / tau)).</summary>
    WarmRise,
}

/// <summary>One optimizer step: batch, rates, momentum, device.</summary>
public sealed record TrainingOptions
{
    /// <summary>Name of the section in a pipeline file.</summary>
    public const string SectionName = "training";

    /// <summary>Pairs of one optimizer step, B. Default 256.</summary>
    [Range(2, 65536)]
    public int BatchSize { get; init; } = 256;

    /// <summary>Optimizer. Default AdamW.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.AdamW;

    /// <summary>Learning rate after warm-up. Default 0.002 (AdamW).</summary>
    [Range(1e-8, 10.0)]
    public double LearningRate { get; init; } = 0.002;

    /// <summary>Weight decay. Default 1e-4.</summary>
    [Range(0.0, 1.0)]
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Steps of linear warm-up. Default 50.</summary>
    [Range(0, 1_000_000)]
    public int WarmupSteps { get; init; } = 50;

    /// <summary>Schedule after warm-up. Default Constant.</summary>
    public RateSchedule Schedule { get; init; } = RateSchedule.Constant;

    /// <summary>EMA coefficient m of the key encoder: theta_k = m theta_k + (1-m) theta_q. Default 0.99.</summary>
    [Range(0.0, 1.0)]
    public double Momentum { get; init; } = 0.99;

    /// <summary>Schedule of m. Default Constant; warmRise starts at momentum and rises to momentumCeiling.</summary>
    public MomentumScheduleKind MomentumSchedule { get; init; } = MomentumScheduleKind.Constant;

    /// <summary>Ceiling of m under warmRise, at least momentum. Default 0.999.</summary>
    [Range(0.0, 1.0)]
    public double MomentumCeiling { get; init; } = 0.999;

    /// <summary>Steps tau after which 1 - m has halved under warmRise. Default 1,000.</summary>
    [Range(1, 1_000_000_000)]
    public int MomentumRiseSteps { get; init; } = 1000;

    /// <summary>Steps of a re-warm: m falls back to momentum and the rate is multiplied for so long. Default 200.</summary>
    [Range(1, 1_000_000_000)]
    public int RewarmSteps { get; init; } = 200;

    /// <summary>Factor on the learning rate during a re-warm. Default 2.</summary>
    [Range(0.01, 100.0)]
    public double RewarmRateFactor { get; init; } = 2;

    /// <summary>Torch threads. Default 0: one a processor. Bit-identical resume needs the same number.</summary>
    [Range(0, 1024)]
    public int Threads { get; init; }

    /// <summary>cpu, cuda or auto. Default auto: cuda where libtorch has it and a device is there.</summary>
    [AllowedValues("auto", "cpu", "cuda")]
    public string Device { get; init; } = "auto";
}
