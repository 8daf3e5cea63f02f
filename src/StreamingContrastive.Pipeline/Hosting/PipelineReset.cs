using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Topics;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Hosting;

/// <summary>
/// Sends a pipeline elsewhere on purpose. To a checkpoint: a new epoch branches there, and what came after is an orphan. To offsets: a
/// new epoch with a copy of the newest checkpoint in it whose offsets are other ones, so that weights, queue, an outbox in doubt
/// and offsets stay one thing. Either way the new epoch file stops a trainer that still runs, and the next start goes on from it.
/// The learning rate and the guards' attempts are back at their beginning: whoever resets has looked.
/// </summary>
public sealed class PipelineReset
{
    private readonly PipelineOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CheckpointStore _store;

    private PipelineReset(PipelineOptions options, CheckpointStore store, ILogger log, TimeProvider clock) =>
        (_options, _store, _log, _clock) = (options, store, log, clock);

    /// <summary>Opens the checkpoint directory of a pipeline.</summary>
    /// <exception cref="CheckpointException">There is none.</exception>
    public static PipelineReset Open(PipelineOptions options, ILogger log, TimeProvider clock)
    {
        var (directory, files) = (DurableLineage.DirectoryOf(options), new PhysicalCheckpointFiles());
        _ = CheckpointStore.OpenReadOnly(directory, files); // Opening it to write would make one where there is none.
        return new PipelineReset(options, CheckpointStore.Open(directory, files, clock), log, clock);
    }

    /// <summary>Looks at the directory and, for offsets, at the brokers. Changes nothing.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="partition">One partition only; null for all.</param>
    /// <param name="cancellation">Ends the waiting for a broker.</param>
    /// <exception cref="ResetException">It cannot be done as asked.</exception>
    /// <exception cref="CheckpointException">No checkpoint may be used.</exception>
    public async Task<ResetPlan> PlanAsync(ResetTarget target, int? partition, CancellationToken cancellation)
    {
        var newest = _store.Epochs() is [.., var last] ? last : null;
        bool? atWork = newest is null ? false : Hosting.TrainerAtWork.Find(newest, Hosting.TrainerAtWork.StartOfProcess);
        if (target is ResetTarget.Checkpoint { Name: var name })
        {
            var verification = _store.Verify(name);
            return verification.IsWhole
                ? new ResetPlan(name) { TrainerAtWork = atWork, NewestEpoch = newest }
                : throw new ResetException($"Checkpoint {name} cannot be gone back to: {string.Join(" ", verification.Problems)} 'checkpoint list' shows what there is.");
        }

        var loaded = LoadNewest();
        var origin = await AskAsync(cancellation).ConfigureAwait(false);
        var atTime = target is ResetTarget.Time { Value: var time }
            ? await OffsetsAtAsync(origin, time, cancellation).ConfigureAwait(false)
            : new Dictionary<PartitionId, long>();
        var table = ResetOffsets.Compute(loaded.Manifest, origin, target, partition, atTime);
        var before = OriginCheck.OtherOrigin(loaded.Manifest, origin) is null ? loaded.Manifest.OffsetTable() : new Dictionary<PartitionId, long>();
        return new ResetPlan(loaded.Name)
        {
            TrainerAtWork = atWork,
            NewestEpoch = newest,
            Origin = origin,
            Offsets = table,
            Moves =
            [
                .. table.OrderBy(p => p.Key.Partition)
                    .Select(p => new PartitionMove(p.Key, before.TryGetValue(p.Key, out var from) ? from : null, p.Value))
                    .Where(m => m.From != m.To),
            ],
        };
    }

    /// <summary>Does it.</summary>
    /// <returns>The checkpoint that the next start goes on from.</returns>
    /// <exception cref="CheckpointRollbackException">Published outputs would be taken back, and that was not accepted.</exception>
    public CheckpointName Apply(ResetPlan plan, bool acceptRollback)
    {
        var epoch = _store.BeginEpoch(plan.Checkpoint, new LineageRequest { AcceptRollback = acceptRollback, LearningRateScale = 1, Attempt = 0, Retried = [] });
        if (plan.Offsets is null)
        {
            return plan.Checkpoint;
        }

        var loaded = LoadNewest();
        if (loaded.Name != plan.Checkpoint)
        {
            throw new ResetException($"Checkpoint {plan.Checkpoint} is not the newest whole one any more, {loaded.Name} is: something else changed the directory meanwhile. Look with 'checkpoint list', then reset again.");
        }

        var copy = new CheckpointCopy(loaded, epoch).With(plan);
        _store.Commit(_store.Prepare(copy, new(new CheckpointName(epoch.Epoch, loaded.Manifest.Step), loaded.Name, epoch.Parent)));

        // A guard must not undo a reset by going back behind it: whoever keeps these weights vouches for them.
        var name = new CheckpointName(epoch.Epoch, loaded.Manifest.Step);
        _store.MarkHealthy(name);
        return name;
    }

    private LoadedCheckpoint LoadNewest() => _store.LoadNewest(acceptRollback: false).Checkpoint
        ?? throw new ResetException($"{_store.Root} holds no checkpoint yet, so there are no weights to keep. Where a first start begins is said by input:start.");

    private async Task<OffsetOrigin> AskAsync(CancellationToken cancellation)
    {
        var brokers = await BrokerProbe.ConnectAsync(_options.Kafka, _log, _clock, cancellation).ConfigureAwait(false);
        using var resolver = new OffsetResolver(_options.Kafka, _options.Name, _log, _clock);
        return await InputOrigin.OfAsync(_options, brokers, clusterId: null, resolver, cancellation).ConfigureAwait(false);
    }

    private async Task<IReadOnlyDictionary<PartitionId, long>> OffsetsAtAsync(OffsetOrigin origin, DateTimeOffset time, CancellationToken cancellation)
    {
        using var resolver = new OffsetResolver(_options.Kafka, _options.Name, _log, _clock);
        return await resolver.OffsetsAtAsync([.. origin.Ranges.Keys], time, cancellation).ConfigureAwait(false);
    }
}
