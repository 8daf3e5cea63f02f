using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Objectives;

namespace StreamingContrastive.Learning.Training;

/// <summary>Everything that a trainer's values may depend on, beside the batches.</summary>
/// <param name="Input">Shape of the pictures.</param>
/// <param name="Encoder">Backbone and projection head.</param>
/// <param name="Objective">Loss, temperature, queue, policies.</param>
/// <param name="Training">Optimizer, rates, momentum, threads, device.</param>
/// <param name="Seed">Seed of the first weights.</param>
/// <param name="PublishProjection">Embeddings are the projection instead of the backbone's features.</param>
public sealed record TrainerConfiguration(InputGeometry Input, EncoderOptions Encoder, ObjectiveOptions Objective, TrainingOptions Training, ulong Seed, bool PublishProjection);

/// <summary>Which of the trainer's networks computes an embedding.</summary>
public enum Snapshot
{
    /// <summary>The key encoder as it is now.</summary>
    Key,

    /// <summary>The key encoder as it was at the last <see cref="ContrastiveTrainer.FreezePublished()"/>.</summary>
    Published,
}

/// <summary>Which layer an embedding is read from.</summary>
public enum EmbeddingKindOf
{
    /// <summary>Backbone features.</summary>
    Backbone,

    /// <summary>Output of the projection head, in which the loss is computed.</summary>
    Projection,
}
