namespace StreamingContrastive.Tests.Structure;

/// <summary>The checkout that the test binary was built from.</summary>
internal static class SourceTree
{
    public static readonly string[] Projects = ["Contracts", "Augmentation", "Learning", "Pipeline", "Host"];

    public static string Root { get; } = FindRoot();

    /// <summary>Written (not generated) C# files below a folder of the checkout, with their text.</summary>
    public static IEnumerable<SourceFile> Files(string folder) =>
        from path in Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Root, path).Replace('\\', '/')
        let parts = relative.Split('/')
        where !parts.Contains("obj") && !parts.Contains("bin")
        orderby relative
        select new SourceFile(relative, File.ReadAllText(path));

    private static string FindRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "StreamingContrastive.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException($"No StreamingContrastive.sln lies above {AppContext.BaseDirectory}: run the tests from a checkout.");
    }
}

/// <summary>A C# file: path from the checkout's root with forward slashes, and text.</summary>
internal sealed record SourceFile(string Path, string Text);
