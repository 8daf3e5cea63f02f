using System.Security.Cryptography;

namespace StreamingContrastive.Learning.Native;

/// <summary>
/// Keeps patched copies of native libraries in a per-user directory, each named by the SHA-256 of its original. The original is
/// never touched: a package cache may be shared. A copy appears by an atomic rename, so processes that start together agree.
/// </summary>
/// <param name="directories">Directories to try in this order; the first one that can be written is used.</param>
internal sealed class PatchedLibraryCache(IReadOnlyList<string> directories)
{
    /// <summary>The user's cache directory, then the temporary directory for accounts whose home cannot be written.</summary>
    public static PatchedLibraryCache ForCurrentUser()
    {
        List<string> directories = [];
        var local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        if (local.Length > 0)
        {
            directories.Add(Path.Combine(local, "StreamingContrastive", "native"));
        }

        directories.Add(Path.Combine(Path.GetTempPath(), $"streaming-contrastive-native-{Environment.UserName}"));
        return new PatchedLibraryCache(directories);
    }

    /// <summary>Returns the path of a copy of <paramref name="original"/> that needs <paramref name="version"/> only weakly.</summary>
    /// <param name="original">Path of the library as the package has it.</param>
    /// <param name="version">Version to mark.</param>
    /// <returns>The path, or null where the library does not need that version (nothing to do).</returns>
    /// <exception cref="InvalidDataException">The library is malformed.</exception>
    /// <exception cref="IOException">None of the directories can be written.</exception>
    public string? GetOrCreate(string original, string version)
    {
        var bytes = File.ReadAllBytes(original);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (!ElfVersionPatcher.MarkWeak(bytes, version))
        {
            return null;
        }

        List<string> reasons = [];
        foreach (var directory in directories)
        {
            try
            {
                return Place(directory, $"{hash}-{Path.GetFileName(original)}", bytes);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                reasons.Add($"{directory}: {e.Message}");
            }
        }

        throw new IOException($"No directory for a patched copy of {original} can be written ({string.Join("; ", reasons)}).");
    }

    // Content is compared, not trusted by name: another account could have put a file of this name into a shared temporary directory.
    private static string Place(string directory, string name, byte[] bytes)
    {
        CreatePrivate(directory);
        var path = Path.Combine(directory, name);
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
        {
            return path;
        }

        var temporary = Path.Combine(directory, $".{name}.{Guid.NewGuid():N}");
        try
        {
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }

        return path;
    }

    private static void CreatePrivate(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
