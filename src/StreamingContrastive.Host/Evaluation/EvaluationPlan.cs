using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Datasets;
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
    /// <summary>The pictures that encoders are trained on. Default: all of the training set.</summary>
    public LabelledPictures Learn { get; init; } = Sets.Train;

    /// <summary>Share of them that the streamed row is sent twice.</summary>
    public double RepeatShare { get; init; }

    /// <summary>The plan of a request; its steps are one pass over the records in whole batches, unless it names them.</summary>
    public static EvaluationPlan Of(EvaluationRequest request, EvaluationSets sets)
    {
        var count = (int)Math.Min(request.Pictures ?? sets.Train.Count, sets.Train.Count);
        var learn = count == sets.Train.Count ? sets.Train : sets.Train.Slice($"first {count} of {sets.Train.Name}", 0, count);
        var records = count + (int)Math.Round(request.RepeatShare * count);
        var steps = request.Steps ?? Math.Max(1, records / request.Options.Training.BatchSize);
        return new EvaluationPlan(request.Options, sets, steps, request.LabelShare) { Learn = learn, RepeatShare = request.RepeatShare };
    }

    /// <summary>The order of the streamed row.</summary>
    public IPictureOrder Stream(ulong seed) => RepeatShare > 0 ? new RepeatedOrder(Learn.Count, RepeatShare, seed) : new StreamOrder(Learn.Count);

    /// <summary>The trainer's configuration for a seed.</summary>
    public TrainerConfiguration Trainer(ulong seed)
    {
        var shape = Options.Input.Payload.Shape;
        return new TrainerConfiguration(
            new InputGeometry(shape.Height, shape.Width, shape.Channels), Options.Encoder, Options.Objective, Options.Training, seed,
            PublishProjection: Options.Output.Embedding == EmbeddingKind.Projection);
    }

    /// <summary>Pictures whose labels training may see; the same as those of a probe with that share and seed.</summary>
    public int[] Labelled(ulong seed) => LabelShare >= 1 ? [.. Enumerable.Range(0, Learn.Count)] : LabelledShare.Draw(Learn.Labels, LabelShare, seed);
}
