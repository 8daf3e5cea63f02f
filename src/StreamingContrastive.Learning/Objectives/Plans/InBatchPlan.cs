using System.Collections.Immutable;
using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Plans;

/// <summary>
/// SimCLR's plan (Chen et al. 2020, arXiv 2002.05709, Algorithm 1): 2B views of one encoder, every one an anchor whose positive is the
/// other view of its record and whose negatives are the 2B - 2 views of other records, with gradient on both sides. With the queue
/// also their past vectors, detached (cross-batch memory; Wang et al. 2020, arXiv 1912.06798). A batch of one record has no negative.
/// </summary>
/// <param name="withQueue">Also past vectors.</param>
internal sealed class InBatchPlan(bool withQueue) : IPlan
{
    public ViewEncoding Encoding => ViewEncoding.BothByQuery;

    public IReadOnlyList<Direction> Build(Encoded encoded, IReadOnlyList<QueueSnapshot> queues)
    {
        var part = encoded.Only;
        var views = cat([part.Query, part.Key], 0); // [2B, d]
        var others = cat([part.Key, part.Query], 0);
        var rows = new ItemMeta(cat([encoded.Rows.Fields, encoded.Rows.Fields], 1));
        var diagonal = Blocks.Diagonal(views);
        var own = diagonal.logical_or(diagonal.roll(part.Query.shape[0], 1)); // the anchor and its other view
        var present = part.Present is { } some ? cat([some, some], 0) : null; // [2B]
        own = present is null ? own : own.logical_or(present.logical_not().unsqueeze(0));
        var blocks = ImmutableArray.Create(Blocks.Own(views, others, rows), Blocks.Batch(views, views, own, rows));
        if (withQueue)
        {
            blocks = blocks.Add(Blocks.Queued(views, queues[0]));
        }

        return [new Direction("view-view", views, rows, blocks, 1.0) { Support = [views.detach(), others.detach()], Valid = present }];
    }

    public IReadOnlyList<Enqueue> Keys(Encoded encoded) => withQueue
        ? [PartPairs.Remember(encoded, 0, encoded.Only.Query.detach(), ofQueryView: true), PartPairs.Remember(encoded, 0, encoded.Only.Key.detach())]
        : [];
}
