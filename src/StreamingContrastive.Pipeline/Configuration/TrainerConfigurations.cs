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
        var payload = options.Input.Payload;
        return new TrainerConfiguration(
            new InputGeometry(payload.Height, payload.Width, payload.Channels),
            options.Encoder,
            options.Objective,
            options.Training,
            options.Seed,
            PublishProjection: options.Output.Embedding == EmbeddingKind.Projection)
        {
            Rows = parts.Count == 0 ? null : options.Input.Layout,
            Encoders = [.. parts.Select(p => p.Encoder ?? options.Encoder)],
            SharedWith = parts.All(p => p.SharesEncoderWith is null) ? [] : [.. parts.Select((p, i) => p.SharesEncoderWith is { } owner ? parts.FindIndex(o => o.Name == owner) : i)],
        };
    }
}
