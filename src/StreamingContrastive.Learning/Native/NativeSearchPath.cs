using System.Runtime.InteropServices;

namespace StreamingContrastive.Learning.Native;

/// <summary>Where the host put the native libraries of this application's packages.</summary>
internal static class NativeSearchPath
{
    /// <summary>Full path of the first file of that name in the application's native directories, or null.</summary>
    /// <param name="fileName">File name such as libLibTorchSharp.so.</param>
    public static string? Find(string fileName) =>
        Directories().Select(directory => Path.Combine(directory, fileName)).FirstOrDefault(File.Exists);

    /// <summary>Full paths of the files that match, in the first directory that has any.</summary>
    /// <param name="pattern">Pattern such as libgomp*.so*.</param>
    public static IReadOnlyList<string> FindAll(string pattern) =>
        Directories().Where(Directory.Exists)
            .Select(directory => Directory.GetFiles(directory, pattern))
            .FirstOrDefault(files => files.Length > 0) ?? [];

    private static IEnumerable<string> Directories()
    {
        var fromHost = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        string[] own = [AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"), Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native")];
        return fromHost.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Concat(own).Distinct();
    }
}
