namespace StreamingContrastive.Learning.Native;

/// <summary>
/// Loads libtorch and TorchSharp's own library, repairing the latter where the system's libstdc++ is older than GCC 13
/// (Debian 12, Ubuntu 22.04, RHEL 9). The loader is a parameter so that tests can watch which way is taken.
/// </summary>
/// <param name="load">Loads a library by full path; throws <see cref="DllNotFoundException"/> with the reason.</param>
/// <param name="cache">Where patched copies live.</param>
internal sealed class TorchLibraryLoader(Action<string> load, PatchedLibraryCache cache)
{
    /// <summary>The version that is asked for without being used.</summary>
    public const string UnusedVersion = "GLIBCXX_3.4.32";

    /// <summary>Loads the dependencies in order, then the library itself; patches a copy only when the plain way fails over the version.</summary>
    /// <param name="dependencies">Full paths, in loading order.</param>
    /// <param name="library">Full path of libLibTorchSharp.so.</param>
    /// <returns>The path that was loaded: the library's own, or the patched copy's.</returns>
    /// <exception cref="NativeLibraryException">Neither way works.</exception>
    public string Load(IReadOnlyList<string> dependencies, string library)
    {
        foreach (var dependency in dependencies)
        {
            LoadOrExplain(dependency);
        }

        try
        {
            load(library);
            return library;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            if (!e.Message.Contains(UnusedVersion, StringComparison.Ordinal))
            {
                throw Explain(library, e);
            }

            return LoadPatched(library, e);
        }
    }

    private string LoadPatched(string library, Exception plain)
    {
        string copy;
        try
        {
            copy = cache.GetOrCreate(library, UnusedVersion) ?? throw Explain(library, plain);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new NativeLibraryException(
                $"{library} does not load: the system's libstdc++ has no {UnusedVersion}, and the repair (a copy that does not ask for it) failed: {e.Message} Make one of the directories writable, restore the TorchSharp package, or use a system with GCC 13 or newer (Debian 13, Ubuntu 24.04).", e);
        }

        LoadOrExplain(copy);
        return copy;
    }

    private void LoadOrExplain(string path)
    {
        try
        {
            load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw Explain(path, e);
        }
    }

    private static NativeLibraryException Explain(string path, Exception e)
    {
        var reason = e.Message.ReplaceLineEndings(" ").Trim();
        return new NativeLibraryException(
            $"The native library {path} does not load: {reason} Needed are 64-bit Linux with glibc 2.34 and libstdc++ of GCC 11 or newer, and whole packages TorchSharp and libtorch-cpu-linux-x64; if the file is damaged, delete both from the NuGet cache and run dotnet restore again.", e);
    }
}
