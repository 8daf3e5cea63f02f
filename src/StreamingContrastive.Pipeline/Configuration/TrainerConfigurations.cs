using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Pipeline.Configuration;

/// <summary>The trainer that a pipeline file asks for.</summary>
public static class TrainerConfigurations
{
    /// <summary>Its configuration.</summary>
    public static TrainerConfiguration Of(PipelineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var parts = options.Input.Parts.ToList();
        var shape = (options.Input.FirstPictures ?? options.Input.Payload).Shape;
        var one = new TrainerConfiguration(
            new InputGeometry(shape.Height, shape.Width, shape.Channels),
            parts is [{ Encoder: { } own }] ? own : options.Encoder,
            options.Objective,
            options.Training,
            options.Seed,
            PublishProjection: options.Output.Embedding == EmbeddingKind.Projection);
        return options.Input.Layout is not { IsBare: false } layout ? one : one with
        {
            Rows = layout,
            Encoders = [.. parts.Select(options.EncoderOf)],
            SharedWith = parts.TrueForAll(p => p.SharesEncoderWith is null)
                ? []
                : [.. parts.Select((p, i) => p.SharesEncoderWith is { } owner ? parts.FindIndex(o => o.Name == owner) : i)],
        };
    }
}
