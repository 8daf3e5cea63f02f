using System.Globalization;

namespace StreamingContrastive.IntegrationTests.Cluster;

/// <summary>How long the long ones are.</summary>
internal static class ClusterSettings
{
    /// <summary>STREAMING_CONTRASTIVE_CLUSTER_KILLS, or 10.</summary>
    public static int Kills => Number("STREAMING_CONTRASTIVE_CLUSTER_KILLS") ?? 10;

    /// <summary>STREAMING_CONTRASTIVE_CLUSTER_MINUTES of full load, or 10.</summary>
    public static double Minutes => Number("STREAMING_CONTRASTIVE_CLUSTER_MINUTES") ?? 10;

    /// <summary>STREAMING_CONTRASTIVE_CLUSTER_PAUSE: seconds of a partition or a stopped trainer, or 60.</summary>
    public static TimeSpan Pause => TimeSpan.FromSeconds(Number("STREAMING_CONTRASTIVE_CLUSTER_PAUSE") ?? 60);

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
