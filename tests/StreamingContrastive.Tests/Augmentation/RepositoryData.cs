using System.Buffers.Binary;
using System.IO.Compression;

namespace StreamingContrastive.Tests.Augmentation;

/// <summary>Real pictures that lie outside the repository. Tests skip with the reason where they are missing.</summary>
internal static class RepositoryData
{
    public const string FashionMnistTestImages = "/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz";

    /// <summary>A file under shared/data beside the repository, found by walking up from the test's binaries; skips when absent.</summary>
    public static string Shared(string relative)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", "data", relative);
            if (File.Exists(path))
            {
                return path;
            }
        }

        Assert.Skip($"shared/data/{relative} is not found above {AppContext.BaseDirectory}.");
        return string.Empty;
    }

    /// <summary>The first images of an IDX file (big-endian magic, count and sides, then bytes).</summary>
    public static byte[][] Idx(string path, int images, int imageBytes)
    {
        Assert.SkipUnless(File.Exists(path), $"{path} is missing (Debian package dataset-fashion-mnist).");
        using var stream = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        Span<byte> magic = stackalloc byte[4];
        stream.ReadExactly(magic);
        int dimensions = BinaryPrimitives.ReadInt32BigEndian(magic) & 0xFF;
        stream.ReadExactly(new byte[4 * dimensions]);
        byte[][] result = new byte[images][];
        for (int i = 0; i < images; i++)
        {
            stream.ReadExactly(result[i] = new byte[imageBytes]);
        }

        return result;
    }
}
