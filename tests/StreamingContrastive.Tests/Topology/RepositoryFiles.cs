namespace StreamingContrastive.Tests.Topology;

/// <summary>Finds files of the working copy that the tests were built from.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = FindRoot();

    public static string Pipelines => Path.Combine(Root, "topology", "pipelines");

    public static string Schema => Path.Combine(Pipelines, "pipeline.schema.json");

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "StreamingContrastive.sln")))
            {
                return at.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No StreamingContrastive.sln above {AppContext.BaseDirectory}.");
    }
}
