using StreamingContrastive.Learning.Objectives.Policies;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>
/// Randomness of a training forward (dropout): a pure function of seed, step and which forward it is, so that query and key of a record
/// are dropped differently, a resumed run draws the same, and nothing of it has to be saved.
/// </summary>
/// <param name="Seed">Seed of the pipeline.</param>
/// <param name="Step">Completed steps.</param>
/// <param name="Forward">Name of part and view, such as "text.key".</param>
internal readonly record struct ForwardDraws(ulong Seed, long Step, string Forward)
{
    /// <summary>Seed of one layer's draws.</summary>
    public ulong Of(string layer) => StepSeed.Of(Seed, Step, $"{Forward}/{layer}");
}
