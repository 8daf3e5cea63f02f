using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Objectives;

namespace StreamingContrastive.Learning.Training;

/// <summary>Everything that a trainer's values may depend on, beside the batches.</summary>
/// <param name="Input">Shape of the pictures, where a record is one picture; not used with <see cref="Rows"/>.</param>
/// <param name="Encoder">Backbone and projection head.</param>
/// <param name="Objective">Loss, temperature, queue, policies.</param>
/// <param name="Training">Optimizer, rates, momentum, threads, device.</param>
/// <param name="Seed">Seed of the first weights.</param>
/// <param name="PublishProjection">Embeddings are the projection instead of the backbone's features. With several parts they always are: it is their common space.</param>
public sealed record TrainerConfiguration(InputGeometry Input, EncoderOptions Encoder, ObjectiveOptions Objective, TrainingOptions Training, ulong Seed, bool PublishProjection)
{
    /// <summary>What a row consists of; null: one picture of shape <see cref="Input"/>.</summary>
    public RowLayout? Rows { get; init; }

    /// <summary>An encoder a part, in the order of <see cref="Rows"/>, all of one projection dimension. Empty: <see cref="Encoder"/> for every part.</summary>
    public IReadOnlyList<EncoderOptions> Encoders { get; init; } = [];

    /// <summary>
    /// For each part the part whose networks it takes, an earlier one of its kind, or itself; such parts are one encoder that learns from
    /// all of them. Empty: each has its own.
    /// </summary>
    public IReadOnlyList<int> SharedWith { get; init; } = [];

    /// <summary>What a row consists of.</summary>
    public RowLayout Layout => Rows ?? RowLayout.OnePicture(Input.Height, Input.Width, Input.Channels);

    /// <summary>The options of a part's encoder.</summary>
    /// <param name="part">Index of the part.</param>
    public EncoderOptions EncoderOf(int part) => Encoders.Count == 0 ? Encoder : Encoders[OwnerOf(part)];

    /// <summary>The part whose networks a part takes.</summary>
    /// <param name="part">Index of the part.</param>
    public int OwnerOf(int part) => SharedWith.Count == 0 ? part : SharedWith[part];

    /// <summary>Why no trainer can be made of parts, encoders and objective together; null when all is well.</summary>
    public string? Problem()
    {
        var parts = Layout.Parts;
        if (Encoders.Count != 0 && Encoders.Count != parts.Count)
        {
            return $"{Encoders.Count} encoders do not fit {parts.Count} parts ({string.Join(", ", parts.Select(p => p.Name))}): each part has one.";
        }

        for (var i = 0; i < SharedWith.Count; i++)
        {
            var owner = SharedWith[i];
            if (SharedWith.Count != parts.Count || owner < 0 || owner > i || SharedWith[owner] != owner || parts[owner].Kind != parts[i].Kind || parts[owner].Channels != parts[i].Channels)
            {
                return $"Part {parts[Math.Min(i, parts.Count - 1)].Name} cannot take the encoder of part {owner}: it must be an earlier part of the same kind and channels that has an encoder of its own.";
            }
        }

        var dimensions = parts.Select((part, i) => (part.Name, Dimension: EncoderOf(i).ProjectionDimension)).ToArray();
        return dimensions.DistinctBy(d => d.Dimension).Count() == 1
            ? ObjectiveRules.PartsProblem(Objective, [.. parts.Select(p => p.Name)])
            : $"All parts live in one space, but their encoders have encoder:projectionDimension {string.Join(", ", dimensions.Select(d => $"{d.Dimension} ({d.Name})"))}. Give all of them the same.";
    }
}

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
