namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>Reads what the directory says about epochs, checkpoints and announcements; decides nothing and changes nothing.</summary>
internal sealed class LineageReader(CheckpointLayout layout, ICheckpointFiles files, CheckpointVerifier verifier)
{
    /// <summary>Looks at the directory.</summary>
    /// <param name="below">Only what is older than this epoch; null for everything.</param>
    public LineageView Read(long? below = null)
    {
        var findings = new List<CheckpointFinding>();
        var numbers = EpochNumbers(below);
        var records = numbers.Select(n => ReadEpoch(n, findings)).OfType<EpochRecord>().ToDictionary(r => r.Epoch);
        var names = NamesIn(layout.Checkpoints, directories: true, below);

        var evidence = records.Keys.Concat(names.Select(n => n.Epoch)).ToHashSet();
        var chain = LineageChain.Build(evidence, epoch => records.TryGetValue(epoch, out var record)
            ? new EpochBranch(record.Parent)
            : BranchOfManifests(names.Where(n => n.Epoch == epoch)));
        findings.AddRange(names.Where(n => !chain.Contains(n)).Select(n => new CheckpointFinding(
            CheckpointFindingKind.Orphan,
            layout.Checkpoint(n),
            $"Checkpoint {n} is not part of the surviving lineage: its trainer had been replaced. It is ignored.")));

        return new(numbers, [.. records.Values], names, NamesIn(layout.Announced, directories: false, below), NamesIn(layout.Healthy, directories: false, below), chain, findings);
    }

    /// <summary>Numbers of the epoch files and claims, ascending: whatever is in them, the number is taken.</summary>
    public IReadOnlyList<long> EpochNumbers(long? below = null) => !files.DirectoryExists(layout.Epochs)
        ? []
        : [.. files.List(layout.Epochs).Select(e => CheckpointLayout.EpochOf(e.Name)).OfType<long>().Where(e => below is null || e < below).Distinct().Order()];

    private List<CheckpointName> NamesIn(string directory, bool directories, long? below)
    {
        var names = new List<CheckpointName>();
        if (files.DirectoryExists(directory))
        {
            foreach (var entry in files.List(directory))
            {
                if (entry.IsDirectory == directories && CheckpointName.TryParse(entry.Name, out var name) && (below is null || name.Epoch < below))
                {
                    names.Add(name);
                }
            }
        }

        names.Sort();
        return names;
    }

    private EpochRecord? ReadEpoch(long epoch, List<CheckpointFinding> findings)
    {
        var path = layout.EpochFile(epoch);
        try
        {
            var record = ChecksummedJson.Open(CheckpointVerifier.ReadAll(files, path), path, CheckpointJson.Default.EpochRecord);
            return record.Epoch == epoch ? record : throw new InvalidDataException($"it says epoch {record.Epoch}");
        }
        catch (FileNotFoundException)
        {
            return null; // Only claimed: that start ended before it chose a checkpoint.
        }
        catch (InvalidDataException e)
        {
            findings.Add(new(CheckpointFindingKind.UnreadableEpoch, path, $"{path} is left aside ({e.Message}): a start that did not get as far as a checkpoint leaves such a file."));
            return null;
        }
    }

    private EpochBranch? BranchOfManifests(IEnumerable<CheckpointName> names) => names
        .Select(n => verifier.TryReadManifest(n, out _) is { } manifest ? new EpochBranch(manifest.BranchedFrom) : default(EpochBranch?))
        .FirstOrDefault(branch => branch is not null);
}
