namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>
/// The checkpoint directory (design.md section 5): epochs/NUMBER.json, checkpoints/EPOCH-STEP/, announced/ and healthy/EPOCH-STEP. The rename
/// of a finished temporary directory is the commit point. Starting: <see cref="StartLineage"/>; then a <see cref="CheckpointWriter"/>
/// owns all writing. Not thread-safe; reading commands open their own store.
/// </summary>
public sealed class CheckpointStore
{
    private const int MostAttempts = 100;
    private readonly CheckpointLayout _layout;
    private readonly ICheckpointFiles _files;
    private readonly TimeProvider _time;
    private readonly CheckpointVerifier _verifier;
    private readonly LineageReader _reader;
    private readonly LineageLoader _loader;
    private readonly CheckpointRetention _retention;
    private readonly CheckpointPreparation _preparation;

    private CheckpointStore(string directory, ICheckpointFiles files, TimeProvider time)
    {
        (_layout, _files, _time) = (new(directory), files, time);
        _verifier = new(_layout, files);
        _reader = new(_layout, files, _verifier);
        _loader = new(_layout, files, _verifier);
        _retention = new(_layout, files);
        _preparation = new(_layout, files, time);
    }

    /// <summary>Full path of the directory.</summary>
    public string Root => _layout.Root;

    /// <summary>Opens a directory for a trainer, creates what is missing, and refuses one whose file system lacks exclusive creation or atomic rename.</summary>
    /// <exception cref="CheckpointDirectoryException">The directory cannot hold checkpoints.</exception>
    public static CheckpointStore Open(string directory, ICheckpointFiles files, TimeProvider time)
    {
        var store = new CheckpointStore(directory, files, time);
        try
        {
            foreach (var path in new[] { store._layout.Epochs, store._layout.Checkpoints, store._layout.Announced, store._layout.Healthy })
            {
                store.EnsureDirectory(path);
            }

            store.SyncFrom(store.Root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointDirectoryException(
                $"The checkpoint directory {store.Root} cannot be created or made durable: {IoReason.Of(e)} ({e.Message}). Set checkpoint.directory to a writable place.", e);
        }

        new StoreProbe(store._layout, files).Run();
        return store;
    }

    /// <summary>Opens a directory to list, verify and export; nothing in it is changed, and a trainer may be at work in it.</summary>
    /// <exception cref="CheckpointDirectoryException">There is no checkpoint directory.</exception>
    public static CheckpointStore OpenReadOnly(string directory, ICheckpointFiles files)
    {
        var store = new CheckpointStore(directory, files, TimeProvider.System);
        return files.DirectoryExists(store._layout.Checkpoints)
            ? store
            : throw new CheckpointDirectoryException($"{store.Root} holds no checkpoints: there is no directory 'checkpoints' in it. Give the directory that checkpoint.directory names.");
    }

    /// <summary>All checkpoints, oldest first.</summary>
    public IReadOnlyList<CheckpointListing> List()
    {
        var view = _reader.Read();
        return [.. view.Names.Select(n => new CheckpointListing(
            n, _verifier.TryReadManifest(n, out var problem), view.Announced.Contains(n), view.Chain.Contains(n), problem))];
    }

    /// <summary>Checks every byte of a checkpoint.</summary>
    public CheckpointVerification Verify(CheckpointName name) => _verifier.Verify(name);

    /// <summary>Copies a whole checkpoint into a new directory.</summary>
    /// <exception cref="CheckpointDamagedException">It is not whole.</exception>
    /// <exception cref="IOException">The target exists, or cannot be written.</exception>
    public void Export(CheckpointName name, string toDirectory)
    {
        var verification = Verify(name);
        if (!verification.IsWhole)
        {
            var findings = verification.Problems.Select(p => new CheckpointFinding(CheckpointFindingKind.Damaged, _layout.Checkpoint(name), p)).ToList();
            throw new CheckpointDamagedException($"Checkpoint {name} is not exported, it is damaged: {string.Join(" ", verification.Problems)}", findings);
        }

        var target = Path.GetFullPath(toDirectory);
        if (_files.DirectoryExists(target))
        {
            throw new IOException($"{target} exists already. Name a directory that does not: an export never mixes with other files.");
        }

        EnsureDirectory(target);
        foreach (var file in verification.Manifest!.Files.Select(f => f.Name).Append(CheckpointLayout.ManifestFile))
        {
            using var source = _files.OpenRead(Path.Combine(_layout.Checkpoint(name), file));
            _files.TryCreateNew(Path.Combine(target, file), source.CopyTo);
        }

        SyncFrom(target);
    }

    /// <summary>The readable epoch files, oldest first.</summary>
    public IReadOnlyList<EpochRecord> Epochs() => _reader.Read().Epochs;

    /// <summary>The newest whole checkpoint of the surviving lineage, or the refusal that a start would meet. Begins no epoch, so it fences nobody.</summary>
    /// <exception cref="CheckpointException">There is nothing that may be started from.</exception>
    internal LoadResult LoadNewest(bool acceptRollback) => _loader.Load(_reader.Read(), acceptRollback);

    /// <summary>
    /// Begins an epoch at the newest whole checkpoint. What has to be refused is refused before the number is claimed, because the claim
    /// fences every older trainer; the directory is looked at again after it. Together with the second look in <see cref="Commit"/>: a
    /// checkpoint of an older trainer is either part of the new lineage or was never published.
    /// </summary>
    /// <param name="request">What the start asks for.</param>
    /// <param name="looked">What <see cref="LoadNewest"/> gave the caller, so that a whole checkpoint is not read twice; null to look now.</param>
    /// <exception cref="CheckpointException">There is nothing that may be started from.</exception>
    internal LineageStart StartLineage(LineageRequest request, LoadResult? looked = null)
    {
        looked ??= LoadNewest(request.AcceptRollback);
        var number = ClaimEpoch();
        var view = _reader.Read(below: number);
        var load = view.ShowsSameAs(looked.View) ? looked : _loader.Load(view, request.AcceptRollback);
        SyncWhatWasRead();
        var epoch = WriteEpoch(number, view, load.Checkpoint?.Name, request);
        _retention.RemoveLeftovers(number);
        return new(epoch, load.Checkpoint, load.Findings);
    }

    /// <summary>
    /// Begins an epoch at a checkpoint that the caller names (a guard or an operator goes back on purpose; null is a fresh
    /// start): checkpoints after it become orphans. Behind an announced one only with <see cref="LineageRequest.AcceptRollback"/>.
    /// </summary>
    internal EpochRecord BeginEpoch(CheckpointName? parent, LineageRequest request)
    {
        RequireBranch(_reader.Read(), parent, request.AcceptRollback); // Before the claim: a mistake must not fence anybody.
        var number = ClaimEpoch();
        var view = _reader.Read(below: number);
        RequireBranch(view, parent, request.AcceptRollback);
        SyncWhatWasRead();
        return WriteEpoch(number, view, parent, request);
    }

    /// <summary>Stops a trainer that has been replaced.</summary>
    /// <exception cref="LineageFencedException">There is a newer epoch file.</exception>
    internal void EnsureNewest(long epoch)
    {
        var newest = _reader.EpochNumbers().DefaultIfEmpty(0).Max();
        if (newest > epoch)
        {
            throw new LineageFencedException(epoch, newest, _layout.EpochClaim(newest));
        }
    }

    /// <summary>Writes everything but the rename.</summary>
    internal PreparedCheckpoint Prepare(CheckpointContent content, CheckpointPlace place) => _preparation.Write(content, place);

    /// <summary>
    /// The commit point. Fenced before it, and again after it and before anything of it may be published: a newer trainer that
    /// begins in between may or may not have seen this checkpoint, and then its outputs must not appear.
    /// </summary>
    internal void Commit(PreparedCheckpoint prepared)
    {
        EnsureNewest(prepared.Manifest.Epoch);
        _files.Rename(prepared.TemporaryPath, _layout.Checkpoint(prepared.Manifest.Name));
        _files.SyncDirectory(_layout.Checkpoints);
        EnsureNewest(prepared.Manifest.Epoch);
    }

    /// <summary>Gives up a checkpoint that was not committed.</summary>
    internal void Abandon(PreparedCheckpoint prepared) => _files.DeleteTree(prepared.TemporaryPath);

    /// <summary>Notes that the broker has acknowledged the whole outbox of a checkpoint: a restart need not send it again, and may not go back behind it.</summary>
    internal void MarkAnnounced(CheckpointName name)
    {
        // Empty, and outside of the manifest: its existence is all it says. A second mark finds the first, which may not be durable yet.
        _files.TryCreateNew(_layout.AnnouncedMarker(name), static _ => { });
        _files.SyncDirectory(_layout.Announced);
    }

    /// <summary>Notes that a measure after the checkpoint found its encoder healthy: a guard may go back to it.</summary>
    internal void MarkHealthy(CheckpointName name)
    {
        _files.TryCreateNew(_layout.HealthyMarker(name), static _ => { });
        _files.SyncDirectory(_layout.Healthy);
    }

    /// <summary>The newest whole checkpoint of the lineage that was seen to be healthy; null where there is none.</summary>
    internal CheckpointName? NewestHealthy()
    {
        var view = _reader.Read();
        return view.InChain.Where(view.Healthy.Contains).Select(n => (CheckpointName?)n).FirstOrDefault(n => _verifier.Verify(n!.Value).IsWhole);
    }

    /// <summary>Removes what is no longer needed; see <see cref="CheckpointRetention.Apply"/>.</summary>
    internal void Retain(int keep, int keepAnnounced, EpochRecord current) => _retention.Apply(_reader.Read(), keep, keepAnnounced, current);

    private long ClaimEpoch()
    {
        var first = _reader.Read().NewestEpoch + 1;
        for (var number = first; number < first + MostAttempts; number++)
        {
            if (_files.TryCreateNew(_layout.EpochClaim(number), static _ => { }))
            {
                _files.SyncDirectory(_layout.Epochs);
                return number;
            }
        }

        throw new CheckpointDirectoryException(
            $"No epoch could be claimed in {_layout.Epochs}: others took {MostAttempts} numbers in a row. Too many trainers start in this directory; run one.");
    }

    /// <summary>
    /// A trainer that dies between a rename and its fsync leaves a checkpoint that is read, and that a power loss would still take
    /// back. From here on outputs and epochs stand on it, so it is made durable first.
    /// </summary>
    private void SyncWhatWasRead()
    {
        _files.SyncDirectory(_layout.Checkpoints);
        _files.SyncDirectory(_layout.Announced);
    }

    private EpochRecord WriteEpoch(long number, LineageView view, CheckpointName? parent, LineageRequest request)
    {
        var last = view.Epochs.LastOrDefault(e => view.Chain.ContainsEpoch(e.Epoch));
        var versions = view.Names.Select(n => _verifier.TryReadManifest(n, out _)?.ModelVersion ?? 0);
        var record = new EpochRecord
        {
            FormatVersion = CheckpointLayout.FormatVersion,
            Epoch = number,
            Parent = parent,
            Host = request.Host,
            ProcessId = request.ProcessId,
            CreatedAt = _time.GetUtcNow(),
            LearningRateScale = request.LearningRateScale ?? last?.LearningRateScale ?? 1,
            Attempt = request.Attempt ?? last?.Attempt ?? 0,
            Retried = (request.Retried ?? last?.Retried) is { Count: > 0 } retried ? retried : null,
            ModelVersionFloor = versions.Concat(view.Epochs.Select(e => e.ModelVersionFloor)).DefaultIfEmpty(0ul).Max(),
        };
        var bytes = ChecksummedJson.Seal(record, CheckpointJson.Default.EpochRecord);
        if (!_files.TryCreateNew(_layout.EpochFile(number), s => s.Write(bytes)))
        {
            throw new CheckpointDirectoryException($"{_layout.EpochFile(number)} was written by another process although this one had claimed it. Nothing but trainers may write there; start again.");
        }

        _files.SyncDirectory(_layout.Epochs);
        return record;
    }

    private void RequireBranch(LineageView view, CheckpointName? parent, bool acceptRollback)
    {
        if (parent is { } name && !view.Names.Contains(name))
        {
            throw new ArgumentException($"There is no checkpoint {name} in {Root}; there are {string.Join(", ", view.Names)}.", nameof(parent));
        }

        if (view.NewestAnnounced is { } announced && (parent is null || parent < announced) && !acceptRollback)
        {
            throw new CheckpointRollbackException(
                $"An epoch at {parent?.ToString() ?? "the very beginning"} would take back {announced}, whose outputs are published. Say --accept-rollback if that is meant.", parent, announced);
        }
    }

    private void EnsureDirectory(string path)
    {
        if (!_files.DirectoryExists(path))
        {
            EnsureDirectory(Path.GetDirectoryName(path)!);
            _files.CreateDirectory(path);
        }
    }

    /// <summary>
    /// Makes a directory and the way to it durable. One that exists needs it too: a start before this one may have made it and died before
    /// it synced the parent, and a power loss would still take the whole tree. One above that may not be opened was not made here.
    /// </summary>
    private void SyncFrom(string directory)
    {
        _files.SyncDirectory(directory);
        for (var parent = Path.GetDirectoryName(directory); parent is not null; parent = Path.GetDirectoryName(parent))
        {
            try
            {
                _files.SyncDirectory(parent);
            }
            catch (UnauthorizedAccessException)
            {
                return;
            }
        }
    }
}
