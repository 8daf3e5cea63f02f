namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>Picks the checkpoint that a start goes on from: the newest whole one of the surviving lineage, or a refusal. Changes nothing.</summary>
internal sealed class LineageLoader(CheckpointLayout layout, ICheckpointFiles files, CheckpointVerifier verifier)
{
    public LoadResult Load(LineageView view, bool acceptRollback)
    {
        var findings = view.Findings.ToList();
        CheckpointManifest? newest = null;
        foreach (var name in view.InChain)
        {
            var verification = verifier.Verify(name);
            if (verification.IsWhole)
            {
                newest = verification.Manifest;
                break;
            }

            findings.Add(new(CheckpointFindingKind.Damaged, layout.Checkpoint(name), $"Checkpoint {name} is damaged and was skipped: {string.Join(" ", verification.Problems)}"));
        }

        RefuseRollback(view, newest?.Name, acceptRollback, findings);
        return new(newest is null ? null : new(newest, layout.Checkpoint(newest.Name), view.Announced.Contains(newest.Name), files), findings, view);
    }

    private void RefuseRollback(LineageView view, CheckpointName? target, bool acceptRollback, List<CheckpointFinding> findings)
    {
        var details = string.Concat(findings.Select(f => $"\n  - {f.Message}"));
        if (target is null && (view.Chain.NamesCheckpoint || view.InChain.Any() || view.NewestAnnounced is not null))
        {
            throw new CheckpointDamagedException(
                $"{layout.Root} held checkpoints and none of them is whole, so nothing is started: a fresh start would throw all training away. Restore the directory from a backup, or move it away to begin anew.{details}",
                findings);
        }

        if (view.NewestAnnounced is { } announced && (target is null || target < announced) && !acceptRollback)
        {
            throw new CheckpointRollbackException(
                $"The newest whole checkpoint in {layout.Root} is {target}, but the outputs of {announced} were already published. To go back and publish its records again from an older model, start with --accept-rollback; otherwise restore {announced} from a backup.{details}",
                target,
                announced);
        }
    }
}
