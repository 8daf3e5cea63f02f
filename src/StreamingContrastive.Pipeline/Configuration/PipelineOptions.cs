using System.ComponentModel.DataAnnotations;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Pipeline.Configuration;

/// <summary>A whole pipeline file: one property a section.</summary>
public sealed record PipelineOptions
{
    /// <summary>Name of the pipeline: prefix of its output topics, its consumer group and its state directory.</summary>
    [Required]
    [RegularExpression("[a-z0-9][a-z0-9-]{0,62}")]
    public string Name { get; init; } = "pipeline";

    /// <summary>Seed of views, initial weights and queue. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Kafka.</summary>
    public KafkaOptions Kafka { get; init; } = new();

    /// <summary>Input.</summary>
    public InputOptions Input { get; init; } = new();

    /// <summary>Views.</summary>
    public AugmentationOptions Augmentation { get; init; } = new();

    /// <summary>Encoder.</summary>
    public EncoderOptions Encoder { get; init; } = new();

    /// <summary>Training.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Objective.</summary>
    public ObjectiveOptions Objective { get; init; } = new();

    /// <summary>Checkpoints.</summary>
    public CheckpointOptions Checkpoint { get; init; } = new();

    /// <summary>Outputs.</summary>
    public OutputOptions Output { get; init; } = new();

    /// <summary>Bad input.</summary>
    public DeadLetterOptions DeadLetters { get; init; } = new();

    /// <summary>Guards of the trainer.</summary>
    public GuardOptions Guards { get; init; } = new();

    /// <summary>Online evaluation.</summary>
    public MonitorOptions Monitor { get; init; } = new();

    /// <summary>Several nodes.</summary>
    public ClusterOptions Cluster { get; init; } = new();

    /// <summary>The encoder of a part: its own, that of the part whose encoder it shares, or the pipeline's.</summary>
    public EncoderOptions EncoderOf(PartOptions part)
    {
        ArgumentNullException.ThrowIfNull(part);
        var owner = part.SharesEncoderWith is { } name ? Input.Parts.FirstOrDefault(p => p.Name == name) : part;
        return owner?.Encoder ?? Encoder;
    }
}
