using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Host.Demo;

/// <summary>What a demo streams and how far: decided before anything is started.</summary>
/// <param name="Dataset">The pictures.</param>
/// <param name="Options">The pipeline, its broker not yet known.</param>
/// <param name="Records">Records of this demo, from its first start to its end.</param>
/// <param name="Png">Pictures are sent as PNG files instead of raw bytes.</param>
/// <param name="PoisonShare">Share of records that cannot be decoded, 0 to 1.</param>
internal sealed record DemoPlan(FashionMnistDataset Dataset, PipelineOptions Options, long Records, bool Png, double PoisonShare)
{
    // Six passes over the bundled pictures: under two minutes of training on two processors.
    private const int DefaultPasses = 6;

    /// <summary>Partitions of the demo's topics.</summary>
    public const int Partitions = 12;

    /// <summary>Total for a request: --records, --passes, or the default.</summary>
    public static long TotalRecords(long? records, long? passes, FashionMnistDataset dataset, bool fullSet) =>
        records ?? ((passes ?? (fullSet ? 1 : DefaultPasses)) * dataset.Stream.Count);

    /// <summary>
    /// Where this run ends: an interrupted demo goes on to its own end, a finished one is given another round of the same length.
    /// </summary>
    /// <param name="consumed">What the newest checkpoint has passed.</param>
    public long Target(long consumed) => ((consumed / Records) + 1) * Records;
}
