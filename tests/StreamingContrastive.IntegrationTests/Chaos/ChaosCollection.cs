namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>Runs alone: it measures times, and its processes take every core.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ChaosCollection
{
    public const string Name = "Chaos";

    /// <summary>How many kills a long run has: STREAMING_CONTRASTIVE_CHAOS_KILLS, or 100.</summary>
    internal static int Kills => Number("STREAMING_CONTRASTIVE_CHAOS_KILLS") ?? 100;

    /// <summary>STREAMING_CONTRASTIVE_CHAOS_SEED, or another one every time.</summary>
    internal static int Seed => Number("STREAMING_CONTRASTIVE_CHAOS_SEED") ?? System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
}
