using System.Runtime.InteropServices;
using System.Security.Cryptography;
using StreamingContrastive.Host.Datasets;

namespace StreamingContrastive.Host.Evaluation;

/// <summary>Which pictures an evaluation trains on and asks about. The pictures asked about are in no other set.</summary>
/// <param name="Train">All that encoders and probes may learn from.</param>
/// <param name="Bank">Voters of kNN and training rows of the linear probe: the first of <paramref name="Train"/>.</param>
/// <param name="Queries">Pictures that are classified.</param>
internal sealed record EvaluationSets(LabelledPictures Train, LabelledPictures Bank, LabelledPictures Queries)
{
    private const int MostHeldOut = 10_000;
    private const int HoldoutParts = 5;

    /// <summary>Cuts a data set.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="split">With Train, the test pictures are not looked at.</param>
    /// <param name="bankRows">Most rows of the bank; null for the data set's usual number.</param>
    public static EvaluationSets Of(FashionMnistDataset dataset, EvaluationSplit split, long? bankRows)
    {
        var (train, queries) = split == EvaluationSplit.Test ? (dataset.Stream, dataset.HeldOut) : HoldOut(dataset.Stream);
        var bank = (int)Math.Min(bankRows ?? FashionMnistDataset.BankCapacity, train.Count);
        return new EvaluationSets(train, train.Slice($"first {bank} of {train.Name}", 0, bank), queries);
    }

    /// <summary>SHA-256 of pixels and labels of the training pictures and the queries.</summary>
    public string ContentHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var set in (LabelledPictures[])[Train, Queries])
        {
            hash.AppendData(set.Pixels.Span);
            hash.AppendData(MemoryMarshal.AsBytes(set.Labels));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static (LabelledPictures Train, LabelledPictures Queries) HoldOut(LabelledPictures all)
    {
        var held = Math.Min(MostHeldOut, all.Count / HoldoutParts);
        var kept = all.Count - held;
        return (all.Slice($"first {kept} of {all.Name}", 0, kept), all.Slice($"last {held} of {all.Name}", kept, held));
    }
}
