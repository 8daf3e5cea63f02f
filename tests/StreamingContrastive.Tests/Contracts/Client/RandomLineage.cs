using StreamingContrastive.Contracts;

namespace StreamingContrastive.Tests.Contracts.Client;

/// <summary>A trainer start.</summary>
/// <param name="Steps">Steps that it takes before it dies.</param>
/// <param name="Every">Steps between its checkpoints.</param>
/// <param name="DiesUnannounced">It dies between its last checkpoint and that one's announcement, which its successor sends.</param>
/// <param name="ZombieSteps">Steps that it takes after its successor has begun.</param>
internal sealed record StartPlan(int Steps, int Every, bool DiesUnannounced, int ZombieSteps);

/// <summary>
/// Plays starts of a trainer with immediate delivery and keeps which outputs survive by the slow way: the list of all positions of
/// the lineage, cut back at each start to the checkpoint that it goes on from.
/// </summary>
internal sealed class RandomLineage
{
    private readonly List<(long Epoch, long Step)> _lineage = [];
    private readonly HashSet<(long Epoch, long Step)> _surviving;
    private (long Epoch, long Step, int Length)? _checkpoint;
    private ModelAnnouncement? _unannounced;

    public RandomLineage(StartPlan[] starts)
    {
        for (int i = 0; i < starts.Length; i++)
        {
            Play(starts[i], epoch: i + 1, predecessor: i == 0 ? null : starts[i - 1]);
        }

        // The last start lives on and announces.
        Play(new StartPlan(4, 2, DiesUnannounced: false, 0), starts.Length + 1, starts[^1]);
        _surviving = [.. _lineage];
    }

    public List<EmbeddingMessage> Outputs { get; } = [];

    public List<ModelAnnouncement> Announcements { get; } = [];

    /// <summary>For each output: announcements that were published before it.</summary>
    public List<int> AnnouncedBefore { get; } = [];

    public bool Survives(EmbeddingMessage output) => _surviving.Contains((output.LineageEpoch, output.Step));

    public static PublishedEmbedding Output(long epoch, long step) => ContractSamples.Embedding(step, epoch) with { Step = step };

    public static ModelAnnouncement Announcement(long epoch, long step, string? parent, BranchPoint? branch) => ContractSamples.Model() with
    {
        LineageEpoch = epoch,
        Step = step,
        Checkpoint = $"{epoch:D10}-{step:D12}",
        Parent = parent,
        BranchedFrom = branch,
    };

    private void Play(StartPlan start, long epoch, StartPlan? predecessor)
    {
        BranchPoint? branch = _checkpoint is { } c ? new BranchPoint(c.Epoch, c.Step, $"{c.Epoch:D10}-{c.Step:D12}") : null;
        long step = _checkpoint?.Step ?? 0;
        long deadFrom = _lineage.Count == 0 ? 0 : _lineage[^1].Step;
        _lineage.RemoveRange(_checkpoint?.Length ?? 0, _lineage.Count - (_checkpoint?.Length ?? 0));
        if (_unannounced is { } inDoubt)
        {
            Announcements.Add(inDoubt);
            _unannounced = null;
        }

        if (branch is null)
        {
            Commit(epoch, 0, null, dies: false); // Version 1: nothing is embedded before it is durable.
        }

        for (int i = 0; i < start.Steps; i++)
        {
            step++;
            _lineage.Add((epoch, step));
            Publish(epoch, step);
            if ((i + 1) % start.Every == 0)
            {
                bool last = i + 1 + start.Every > start.Steps;
                Commit(epoch, step, branch, dies: start.DiesUnannounced && last);
            }

            if (predecessor is not null && i < predecessor.ZombieSteps)
            {
                Publish(epoch - 1, ++deadFrom); // Wakes up, and goes on behind the point at which this start branched off.
            }
        }
    }

    private void Commit(long epoch, long step, BranchPoint? branch, bool dies)
    {
        string? parent = _checkpoint is { } c ? $"{c.Epoch:D10}-{c.Step:D12}" : null;
        _checkpoint = (epoch, step, _lineage.Count);
        var announcement = Announcement(epoch, step, parent, branch);
        if (dies)
        {
            _unannounced = announcement;
        }
        else
        {
            Announcements.Add(announcement);
        }
    }

    private void Publish(long epoch, long step)
    {
        Outputs.Add(Output(epoch, step));
        AnnouncedBefore.Add(Announcements.Count);
    }
}
