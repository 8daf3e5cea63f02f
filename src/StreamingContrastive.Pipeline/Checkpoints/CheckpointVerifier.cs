using System.Security.Cryptography;

namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>
/// Checks a checkpoint byte by byte. Missing, cut and changed files are damage and are reported; a disk or a permission that
/// fails is not damage: it goes on as an exception, because going back to an older checkpoint would not mend it.
/// </summary>
internal sealed class CheckpointVerifier(CheckpointLayout layout, ICheckpointFiles files)
{
    public CheckpointVerification Verify(CheckpointName name)
    {
        if (TryReadManifest(name, out var problem) is not { } manifest)
        {
            return new(name, null, [problem!]);
        }

        var problems = manifest.Files.Select(f => Problem(layout.Checkpoint(name), f)).OfType<string>().ToList();
        return new(name, manifest, problems);
    }

    /// <summary>The manifest, or null and what is wrong with it.</summary>
    public CheckpointManifest? TryReadManifest(CheckpointName name, out string? problem)
    {
        var path = Path.Combine(layout.Checkpoint(name), CheckpointLayout.ManifestFile);
        try
        {
            var manifest = ChecksummedJson.Open(ReadAll(files, path), path, CheckpointJson.Default.CheckpointManifest);
            problem = manifest.Name != name ? $"{path} belongs to checkpoint {manifest.Name}." : null;
            return problem is null ? manifest : null;
        }
        catch (InvalidDataException e)
        {
            problem = $"{path} cannot be used: {e.Message}.";
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = $"{path} is missing.";
        }

        return null;
    }

    public static byte[] ReadAll(ICheckpointFiles files, string path)
    {
        using var stream = files.OpenRead(path);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private string? Problem(string directory, CheckpointFileHash expected)
    {
        var path = Path.Combine(directory, expected.Name);
        try
        {
            using var stream = files.OpenRead(path);
            if (stream.Length != expected.Bytes)
            {
                return $"{path} has {stream.Length} bytes instead of {expected.Bytes}.";
            }

            var actual = Convert.ToHexStringLower(SHA256.HashData(stream));
            return actual == expected.Sha256 ? null : $"{path} has SHA-256 {actual} instead of {expected.Sha256}: some of its bytes have changed.";
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return $"{path} is missing.";
        }
    }
}
