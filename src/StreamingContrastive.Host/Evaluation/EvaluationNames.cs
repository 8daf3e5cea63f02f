using StreamingContrastive.Host.Configuration;

namespace StreamingContrastive.Host.Evaluation;

/// <summary>Names of rows and figures, in the report and in the table.</summary>
internal static class EvaluationNames
{
    public const string Knn20 = "knn20";
    public const string Knn200 = "knn200";
    public const string Knn10 = "knn10";
    public const string Linear = "linear";
    public const string Linear10 = "linear10Percent";
    public const string Linear1 = "linear1Percent";
    public const string Classifier = "classifier";
    public const string Removed = "removedNegatives";
    public const string RemovedSameLabel = "removedSameLabel";
    public const string OfferedSameLabel = "offeredSameLabel";
    public const string EstimatorAuc = "estimatorAuc";
    public const string ProjectionAuc = "projectionCosineAuc";
    public const string BackboneAuc = "backboneCosineAuc";
    public const string PixelAuc = "pixelCosineAuc";
    public const string EstimatorError = "estimatorCalibrationError";
    public const string EstimatorTrusted = "estimatorTrusted";

    /// <summary>All figures with their columns' titles, in the table's order.</summary>
    public static IReadOnlyList<(string Name, string Title)> Figures { get; } =
    [
        (Knn20, "kNN-20"), (Knn200, "kNN-200"), (Knn10, "kNN-10"), (Linear, "linear"), (Linear10, "10 % labels"), (Linear1, "1 % labels"), (Classifier, "classifier"),
        (Removed, "removed an anchor"), (RemovedSameLabel, "of its class"), (OfferedSameLabel, "of all negatives"),
        (EstimatorAuc, "AUC estimator"), (ProjectionAuc, "AUC projection"), (BackboneAuc, "AUC backbone"), (PixelAuc, "AUC pixels"), (EstimatorError, "ECE"), (EstimatorTrusted, "believed"),
    ];

    /// <summary>Name of a row in the report and on the command line.</summary>
    public static string Of(EvaluationPart part) => ValueFormat.Format(part);

    /// <summary>A row in words.</summary>
    public static string Title(string part) => part switch
    {
        "raw" => "raw pixels",
        "untrained" => "untrained encoder",
        "streamed" => "streamed, in order",
        "offline" => "offline, shuffled",
        "estimator" => "streamed, adaptive weights",
        "supervised" => "cross-entropy",
        "rawCentred" => "raw pixels, centred",
        "plain" => "plain InfoNCE",
        "clusterGuided" => "+ cluster-guided",
        "adaptiveWeighting" => "+ adaptive weighting",
        "both" => "+ both",
        "edits" => "+ edits as hard negatives",
        "tfIdf" => "TF-IDF of words",
        "unlabelled" => "without labels",
        "supCon" => "supervised contrastive",
        _ => part,
    };
}
