using StreamingContrastive.Learning.Objectives.Policies;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.AdaptiveWeights;

/// <summary>
/// Pairs of a finished step that the estimator learns from, and those it is judged by. Vectors are detached; nothing here knows of labels.
/// </summary>
/// <param name="Positive">Pairs of one record, [P, d] each, and which of them count, [P] bool: records not held out that have what is paired.</param>
/// <param name="Unlabelled">A key and a random queued one, [U, d] each, and which count; null where the queue is empty.</param>
/// <param name="HeldOut">Of held-out records, part by part: key, earlier key of the same record, random queued key, [n, d] each.</param>
internal sealed record EstimatorPairs(
    (Tensor Left, Tensor Right, Tensor Counts) Positive, (Tensor Left, Tensor Right, Tensor Counts)? Unlabelled, IReadOnlyList<(Tensor Left, Tensor Same, Tensor Other)> HeldOut)
{
    /// <summary>The pairs of a step.</summary>
    public static EstimatorPairs Of(Encoded encoded, ObjectiveResult result, ulong seed)
    {
        using var generator = new Generator(seed);
        List<Tensor> left = [], right = [], counts = [], unlabelledLeft = [], unlabelledRight = [], unlabelledCounts = [];
        var heldOut = new List<(Tensor, Tensor, Tensor)>();
        var learns = HeldOutPairs.IsHeldOut(encoded.Rows[MetaField.RecordId]).logical_not(); // [B]

        void Positive(Tensor a, Tensor b, Tensor present)
        {
            left.Add(a);
            right.Add(b);
            counts.Add(present.logical_and(learns));
        }

        for (var part = 0; part < encoded.Parts.Count; part++)
        {
            var (own, has) = (encoded.Parts[part], Has(encoded.Parts[part]));
            var key = own.Key.detach();
            if (!ReferenceEquals(own.Key, own.Query)) // a plan of one view a part has no other
            {
                Positive(key, (own.Swapped?.Key ?? own.Query).detach(), has);
            }

            foreach (var later in encoded.Parts.Skip(part + 1))
            {
                Positive(key, later.Key.detach(), has.logical_and(Has(later)));
            }

            if (result.Queue(part) is { } queue)
            {
                var (earlier, seen) = Earlier(encoded.Rows, queue);
                Positive(key, earlier, has.logical_and(seen));
                var random = queue.Keys.detach().index_select(0, Draw(generator, key.shape[0], queue.Keys.shape[0]).to(key.device));
                unlabelledLeft.Add(key);
                unlabelledRight.Add(random);
                unlabelledCounts.Add(has.logical_and(learns)); // what it is judged by it may not see, random pairs included
                var held = has.logical_and(seen).logical_and(learns.logical_not()).nonzero().squeeze(1);
                heldOut.Add((key.index_select(0, held), earlier.index_select(0, held), random.index_select(0, held)));
            }
        }

        return new EstimatorPairs(
            (cat(left, 0), cat(right, 0), cat(counts, 0)),
            unlabelledLeft.Count == 0 ? null : (cat(unlabelledLeft, 0), cat(unlabelledRight, 0), cat(unlabelledCounts, 0)),
            heldOut);
    }

    /// <summary>Whole numbers below a bound, [n] int64 on the host.</summary>
    public static Tensor Draw(Generator generator, long number, long below) => randint(0, below, [number], ScalarType.Int64, generator: generator);

    /// <summary>The newest queued key of every row's record, [B, d], and which rows have one, [B] bool.</summary>
    private static (Tensor Keys, Tensor Seen) Earlier(ItemMeta rows, CandidateBlock queue)
    {
        // Steps from 0 are made to count from 1, so that 0 is left for keys of other records.
        var steps = (queue.Columns![MetaField.Step] + 1).unsqueeze(0) * Candidates.SameField(rows, queue.Columns, MetaField.RecordId); // [B, C]
        var (newest, at) = steps.max(1);
        return (queue.Keys.detach().index_select(0, at), newest.gt(0));
    }

    private static Tensor Has(EncodedPart part) => part.Present ?? ones(part.Key.shape[0], ScalarType.Bool, part.Key.device);
}
