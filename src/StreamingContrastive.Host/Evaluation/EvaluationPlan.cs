using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Host.Evaluation;

/// <summary>What an evaluation does for every seed.</summary>
/// <param name="Options">The pipeline: encoder, views, objective, training.</param>
/// <param name="Sets">The pictures.</param>
/// <param name="Steps">Optimizer steps of every trained row.</param>
/// <param name="LabelShare">Share of the training pictures whose labels training may see.</param>
internal sealed record EvaluationPlan(PipelineOptions Options, EvaluationSets Sets, long Steps, double LabelShare)
{
    /// <summary>Steps of one pass over pictures in whole batches, at least one.</summary>
    public static long OnePass(PipelineOptions options, EvaluationSets sets) => Math.Max(1, sets.Train.Count / options.Training.BatchSize);

    /// <summary>The trainer's configuration for a seed.</summary>
    public TrainerConfiguration Trainer(ulong seed)
    {
        var shape = Options.Input.Payload.Shape;
        return new TrainerConfiguration(
            new InputGeometry(shape.Height, shape.Width, shape.Channels), Options.Encoder, Options.Objective, Options.Training, seed,
            PublishProjection: Options.Output.Embedding == EmbeddingKind.Projection);
    }

    /// <summary>Pictures whose labels training may see; the same as those of a probe with that share and seed.</summary>
    public int[] Labelled(ulong seed) => LabelShare >= 1 ? [.. Enumerable.Range(0, Sets.Train.Count)] : LabelledShare.Draw(Sets.Train.Labels, LabelShare, seed);
}
