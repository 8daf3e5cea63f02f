using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Learning.Evaluation;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Host.Demo;

/// <summary>Accuracies of one frozen encoder, on backbone features of clean pictures.</summary>
/// <param name="Knn20">k = 20, T = 0.07.</param>
/// <param name="Knn200">k = 200, T = 0.1.</param>
/// <param name="Linear">Linear probe; the features' classes are told by multinomial logistic regression.</param>
/// <param name="RankMe">RankMe of the bank's features (uncentred).</param>
internal sealed record EncoderScores(double Knn20, double Knn200, double Linear, double RankMe);

/// <summary>Bank and queries of the demo's evaluation (learning.md section 4): the bank also trains the linear probe.</summary>
internal sealed class EncoderEvaluation(LabelledPictures bank, LabelledPictures queries)
{
    private const int RankMeRows = 4096;

    /// <summary>Scores the key encoder of a trainer.</summary>
    public EncoderScores Score(ContrastiveTrainer trainer)
    {
        var (bankFeatures, queryFeatures) = (Embed(trainer, bank), Embed(trainer, queries));
        var knn = KnnClassifier.Evaluate([KnnSettings.Nearest20, KnnSettings.Nearest200], bankFeatures, queryFeatures);
        var linear = LinearProbe.Evaluate(bankFeatures, queryFeatures);
        var dimension = trainer.FeatureDimension;
        var rankMe = RepresentationStatistics.RankMe(bankFeatures.Values.AsSpan(0, Math.Min(RankMeRows, bank.Count) * dimension), dimension);
        return new EncoderScores(knn[0].Accuracy, knn[1].Accuracy, linear.Accuracy, rankMe);
    }

    /// <summary>kNN-20 of the pictures' raw pixels.</summary>
    public double RawPixelKnn20() =>
        RawPixelBaseline.Knn([KnnSettings.Nearest20], bank, queries)[0].Accuracy;

    private static LabelledFeatures Embed(ContrastiveTrainer trainer, LabelledPictures pictures)
    {
        var features = new float[pictures.Count * trainer.FeatureDimension];
        trainer.Embed(pictures.Pixels.Span, pictures.Count, Snapshot.Key, EmbeddingKindOf.Backbone, features);
        return new LabelledFeatures(features, [.. pictures.Labels]);
    }
}
