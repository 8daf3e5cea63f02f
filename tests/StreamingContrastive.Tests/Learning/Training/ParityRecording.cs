using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using StreamingContrastive.Learning.Checkpoints;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Tests.Learning.Training;

/// <summary>What the scripts in tests/parity recorded, and the batches that they trained on.</summary>
internal static class ParityRecording
{
    public static TrainerState WithInitial(TrainerState state, Dictionary<string, double[]> recorded)
    {
        var initial = state.Files["query"].Select(tensor => tensor.Type == HostTensorType.F64
            ? tensor with { Data = MemoryMarshal.AsBytes<double>(recorded[$"initial/{tensor.Name}"]).ToArray() }
            : tensor).ToArray();
        return state with { Files = new Dictionary<string, IReadOnlyList<HostTensor>>(state.Files) { ["query"] = initial, ["key"] = initial } };
    }

    public static TrainingBatch Batch(int step)
    {
        var batch = new TrainingBatch(6, 64) { Count = 6 };
        Fill(batch.Query, (2L * step) * batch.Query.Length);
        Fill(batch.Key, ((2L * step) + 1) * batch.Key.Length);
        for (var i = 0; i < 6; i++)
        {
            batch.RecordIds[i] = ((step * 6) + i) % 17;
        }

        return batch;
    }

    private static void Fill(byte[] view, long start)
    {
        for (var i = 0; i < view.Length; i++)
        {
            view[i] = (byte)((uint)((start + i) * 2654435761L) >> 24);
        }
    }

    public static double WorstDifference(double[] a, double[] b)
    {
        a.Length.ShouldBe(b.Length);
        return a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
    }

    public static Dictionary<string, double[]> Recorded(string name)
    {
        var file = File.ReadAllBytes(Path.Combine(RepositoryRoot(), "tests", "parity", name + ".safetensors"));
        var headerLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        using var header = JsonDocument.Parse(file.AsMemory(8, headerLength));
        var data = file.AsMemory(8 + headerLength);
        return header.RootElement.EnumerateObject().ToDictionary(entry => entry.Name, entry =>
        {
            var range = entry.Value.GetProperty("data_offsets");
            var (from, to) = (range[0].GetInt32(), range[1].GetInt32());
            return MemoryMarshal.Cast<byte, double>(data[from..to].Span).ToArray();
        });
    }

    private static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "StreamingContrastive.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException($"No StreamingContrastive.sln above {AppContext.BaseDirectory}: the parity recording is read from the repository.");
    }
}
