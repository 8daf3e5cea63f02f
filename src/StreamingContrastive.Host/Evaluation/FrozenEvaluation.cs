using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Learning.Evaluation;

namespace StreamingContrastive.Host.Evaluation;

/// <summary>What a probe chose and saw.</summary>
/// <param name="WeightDecay">Chosen on a hold-out of the probe's own training rows.</param>
/// <param name="TrainRows">Rows it was fitted on, hold-out included.</param>
internal sealed record ProbeChoice(double WeightDecay, int TrainRows);

/// <summary>Figures of one row and seed, by name, and the probes' choices.</summary>
internal sealed record EvaluationScores(IReadOnlyDictionary<string, double> Figures, IReadOnlyDictionary<string, ProbeChoice> Probes);

/// <summary>
/// The protocol (learning.md section 4), the same for pixels and encoders: features of clean pictures, kNN of the queries in the bank, linear
/// probes trained on the bank and on small class-balanced draws of the training pictures. Queries choose nothing.
/// </summary>
internal sealed class FrozenEvaluation(EvaluationSets sets)
{
    // k = 10 with equal votes is what raw pixels are good at.
    private static readonly (string Name, KnnSettings Settings)[] Knn =
        [(EvaluationNames.Knn20, KnnSettings.Nearest20), (EvaluationNames.Knn200, KnnSettings.Nearest200), (EvaluationNames.Knn10, KnnSettings.Unweighted(10))];

    private static readonly (string Name, double Share)[] FewLabels = [(EvaluationNames.Linear10, 0.1), (EvaluationNames.Linear1, 0.01)];

    /// <summary>Scores an encoder and proves that it is the same afterwards.</summary>
    /// <exception cref="InvalidOperationException">The encoder changed while it was asked.</exception>
    public EvaluationScores Score(FrozenEncoder encoder, ulong seed, EvaluationScores? known, CancellationToken cancellation) => Unchanged(
        encoder,
        () => Score(pictures => new LabelledFeatures(encoder.Features(pictures.Pixels.Span, pictures.Count), pictures.Labels.ToArray()), seed, known, cancellation));

    /// <summary>The answer of a judge that leaves the encoder as it was.</summary>
    internal static T Unchanged<T>(FrozenEncoder encoder, Func<T> judge)
    {
        var before = encoder.ContentHash();
        var answer = judge();
        var after = encoder.ContentHash();
        return before == after ? answer : throw new InvalidOperationException(
            $"The encoder changed while it was evaluated (SHA-256 {before[..16]} before, {after[..16]} after): its figures are not those of a frozen encoder. This is a fault of the program.");
    }

    /// <summary>Scores features.</summary>
    /// <param name="features">Features of pictures, one row each.</param>
    /// <param name="seed">Draws the labels of the small probes; nothing else.</param>
    /// <param name="known">Scores of the same features under another seed: only what hangs on the seed is computed. Or null.</param>
    /// <param name="cancellation">Stops it.</param>
    public EvaluationScores Score(Func<LabelledPictures, LabelledFeatures> features, ulong seed, EvaluationScores? known, CancellationToken cancellation)
    {
        var figures = new Dictionary<string, double>(known?.Figures ?? new Dictionary<string, double>());
        var probes = new Dictionary<string, ProbeChoice>(known?.Probes ?? new Dictionary<string, ProbeChoice>());
        var queries = features(sets.Queries);
        if (known is null)
        {
            var bank = features(sets.Bank);
            foreach (var ((name, _), result) in Knn.Zip(KnnClassifier.Evaluate([.. Knn.Select(k => k.Settings)], bank, queries, cancellation)))
            {
                figures[name] = result.Accuracy;
            }

            Probe(EvaluationNames.Linear, bank);
        }

        foreach (var (name, share) in FewLabels)
        {
            var drawn = LabelledShare.Draw(sets.Train.Labels, share, seed);
            Probe(name, features(sets.Train.Pick($"{drawn.Length} of {sets.Train.Name}", drawn)));
        }

        return new EvaluationScores(figures, probes);

        void Probe(string name, LabelledFeatures train)
        {
            var result = LinearProbe.Evaluate(train, queries, cancellationToken: cancellation);
            figures[name] = result.Accuracy;
            probes[name] = new ProbeChoice(result.WeightDecay, result.TrainCount);
        }
    }
}
