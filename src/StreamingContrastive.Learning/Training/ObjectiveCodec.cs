using StreamingContrastive.Learning.Checkpoints;
using StreamingContrastive.Learning.Objectives;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>
/// Saves and restores what an objective has learned beside the encoder ("objective"), and the last re-warm ("schedule"). Either file is
/// there only when there is something to say, so that a checkpoint without them is one of a trainer that had neither.
/// </summary>
internal static class ObjectiveCodec
{
    private const string ObjectiveFile = "objective";
    private const string ScheduleFile = "schedule";
    private const string RewarmedAt = "rewarmed_at";

    public static IEnumerable<KeyValuePair<string, IReadOnlyList<HostTensor>>> Export(ComposedObjective objective, long? rewarmedAt)
    {
        if (objective.Learned.Count > 0)
        {
            yield return new(ObjectiveFile, [.. Tensors(objective).Select(t => HostTensorCodec.Copy(t.Name, t.Value))]);
        }

        if (rewarmedAt is { } step)
        {
            yield return new(ScheduleFile, [HostTensorCodec.Scalar(RewarmedAt, step)]);
        }
    }

    /// <summary>Saved values beside the live tensors they belong to, checked but not yet taken over.</summary>
    public static IReadOnlyList<(Tensor Live, Tensor Saved)> ReadLearned(TrainerState state, ComposedObjective objective)
    {
        if (objective.Learned.Count == 0)
        {
            return [];
        }

        var file = new StateFile(state, ObjectiveFile);
        var read = Tensors(objective).Select(t => (t.Value, file.TakeTensor(t.Name, t.Value.dtype, t.Value.shape))).ToArray();
        file.RequireNoOthers();
        return read;
    }

    public static long? ReadRewarm(TrainerState state)
    {
        if (!state.Files.ContainsKey(ScheduleFile))
        {
            return null;
        }

        var file = new StateFile(state, ScheduleFile);
        var step = file.TakeScalar(RewarmedAt, 0, long.MaxValue);
        file.RequireNoOthers();
        return step;
    }

    public static void Write(IReadOnlyList<(Tensor Live, Tensor Saved)> learned)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (live, saved) in learned)
        {
            live.copy_(saved);
        }
    }

    private static IEnumerable<(string Name, Tensor Value)> Tensors(ComposedObjective objective) =>
        objective.Learned.SelectMany(part => part.State.Select(t => ($"{part.Name}.{t.Name}", t.Value)));
}
