using StreamingContrastive.Learning.Evaluation;
using StreamingContrastive.Learning.Objectives.Policies;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Clusters;

/// <summary>
/// Clusters of all parts: one set of centroids a part, tied by the record. A batch's rows get their ids before the directions are built,
/// the queue keeps them beside its keys, and gets them anew when the centroids have drifted. The policies of this folder read them.
/// </summary>
internal sealed class ClusterGuide : ILearned
{
    private readonly LearnedSetting setting;
    private readonly CentroidSet[] sets;

    public ClusterGuide(ClusterOptions options, LearnedSetting setting)
    {
        if (setting.Parts.Count > ClusterIds.MostParts)
        {
            throw new ArgumentException($"objective:policies:clusters keeps ids of at most {ClusterIds.MostParts} parts beside a key, but input:parts has {setting.Parts.Count}: {string.Join(", ", setting.Parts)}. Leave the policy out, or use fewer parts.");
        }

        this.setting = setting;
        sets = [.. setting.Parts.Select(_ => new CentroidSet(options, setting.Dimension, setting.Type, setting.Device))];
    }

    public string Name => "clusters";

    /// <summary>Parts.</summary>
    public int Parts => sets.Length;

    /// <summary>Whether any part has clusters yet.</summary>
    public bool IsOpen => sets.Any(set => set.IsOpen);

    public IReadOnlyList<(string Name, Tensor Value)> State =>
        [.. sets.SelectMany((set, part) => set.State.Select(t => (sets.Length == 1 ? t.Name : $"{part}.{t.Name}", t.Value)))];

    /// <summary>The clusters of a part; null while its gate is closed.</summary>
    public CentroidSet? Open(int part) => sets[part] is { IsOpen: true } set ? set : null;

    /// <summary>Writes the clusters of the batch's keys beside them, as of the centroids before this step.</summary>
    public void Observe(Encoded encoded, StepContext context)
    {
        var field = encoded.Rows[MetaField.Cluster];
        for (var part = 0; part < sets.Length; part++)
        {
            field.copy_(ClusterIds.With(field, part, sets[part].Ids(encoded.Parts[part].Key.detach(), encoded.Parts[part].Present)));
        }
    }

    public void Learn(Encoded encoded, ObjectiveResult result, StepContext context)
    {
        using var scope = NewDisposeScope();
        // Views of the queue, so that writing to their columns writes to it.
        var queues = Enumerable.Range(0, sets.Length).Select(result.Queue).ToArray();
        for (var part = 0; part < sets.Length; part++)
        {
            var (key, present) = (encoded.Parts[part].Key.detach(), encoded.Parts[part].Present);
            if (sets[part].IsOpen)
            {
                sets[part].Learn(key, present, context.Step);
            }
            else
            {
                var batch = present is null ? key : key.index_select(0, present.nonzero().squeeze(1));
                var recent = queues[part] is { } queue ? cat([queue.Keys, batch], 0) : batch;
                sets[part].TryOpen(key, present, recent, context.Step, StepSeed.Of(setting.Seed, context.Step, $"clusters {part}"));
            }
        }

        Reassign(queues);
        Observe(encoded, context); // the keys enter the queue with the ids of now
    }

    public LearnedMeasures Measure(LearnedMeasures measures, ObjectiveResult result, StepContext context)
    {
        var (dead, reseeded) = (0, 0L);
        var (purities, chances) = (new List<double>(), new List<double>());
        for (var part = 0; part < sets.Length; part++)
        {
            if (Open(part) is not { } set)
            {
                continue;
            }

            reseeded += set.Reseeds.cpu().item<long>();
            if (result.Queue(part)?.Columns is not { } columns)
            {
                continue;
            }

            int[] ids = [.. Host(ClusterIds.Of(columns[MetaField.Cluster], part)).Select(id => (int)id - 1)];
            int[] labels = [.. Host(columns[MetaField.Label]).Select(label => (int)label)];
            dead += (int)set.Centroids.shape[0] - ids.Where(id => id >= 0).Distinct().Count();
            if (ClusterPurity.Of(ids, labels) is { } purity)
            {
                purities.Add(purity);
                new Random(part).Shuffle(labels);
                chances.Add(ClusterPurity.Of(ids, labels) ?? 0);
            }
        }

        double? Mean(List<double> values) => values.Count == 0 ? null : values.Average();
        return measures with { Clusters = new ClusterMeasures(sets.Count(set => set.IsOpen), sets.Length, dead, reseeded, Mean(purities), Mean(chances)) };
    }

    public void Dispose()
    {
        foreach (var set in sets)
        {
            set.Dispose();
        }
    }

    /// <summary>Ids of items by record id: what the items of the same record have, the last of them, or 0 where there is none.</summary>
    /// <param name="records">Record ids that have ids, [n].</param>
    /// <param name="ids">Theirs, [n].</param>
    /// <param name="wanted">Record ids that want some, [m].</param>
    internal static Tensor ByRecord(Tensor records, Tensor ids, Tensor wanted)
    {
        if (records.shape[0] == 0)
        {
            return zeros_like(wanted);
        }

        var (sorted, order) = records.sort(0, descending: false, stable: true);
        var at = (searchsorted(sorted, wanted, right: true) - 1).clamp_min(0); // [m]
        return ids.index_select(0, order).index_select(0, at) * sorted.index_select(0, at).eq(wanted).to(ScalarType.Int64);
    }

    // A queue knows the keys of its own part only: ids by another part come from that part's queue, by record.
    private void Reassign(CandidateBlock?[] queues)
    {
        for (var part = 0; part < sets.Length; part++)
        {
            if (queues[part] is not { Columns: { } columns } own || Open(part) is not { } set || !set.HasDrifted())
            {
                continue;
            }

            var ids = set.Ids(own.Keys);
            foreach (var queue in queues.OfType<CandidateBlock>())
            {
                var field = queue.Columns![MetaField.Cluster];
                var wanted = ReferenceEquals(queue, own) ? ids : ByRecord(columns[MetaField.RecordId], ids, queue.Columns[MetaField.RecordId]);
                field.copy_(ClusterIds.With(field, part, wanted));
            }
        }
    }

    private static long[] Host(Tensor values) => values.contiguous().cpu().data<long>().ToArray();
}
