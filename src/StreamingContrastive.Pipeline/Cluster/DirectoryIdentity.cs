using System.Text;
using StreamingContrastive.Pipeline.Checkpoints;

namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>
/// Tells whether two nodes see one checkpoint directory: a file in it with a random name, created exclusively by whoever comes first. A
/// path would not tell: every machine has its own /state.
/// </summary>
internal static class DirectoryIdentity
{
    private const string FileName = "directory.id";

    /// <summary>The identity of a directory that a <see cref="CheckpointStore"/> was opened in.</summary>
    /// <exception cref="CheckpointDirectoryException">It cannot be read or made.</exception>
    public static string Of(string root, ICheckpointFiles files)
    {
        var path = Path.Combine(root, FileName);
        try
        {
            files.TryCreateNew(path, s => s.Write(Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N"))));
            return Encoding.ASCII.GetString(CheckpointVerifier.ReadAll(files, path)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointDirectoryException($"{path} cannot be read or made: {IoReason.Of(e)} ({e.Message}). Trainers of a cluster share one checkpoint:directory, which both can write.", e);
        }
    }
}
