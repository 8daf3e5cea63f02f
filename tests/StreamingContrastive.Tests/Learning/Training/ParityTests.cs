using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using StreamingContrastive.Learning.Checkpoints;
using StreamingContrastive.Learning.Training;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Training;

/// <summary>Replays tests/parity/moco_parity.py: same first weights, same batches, float64, 20 steps.</summary>
[Collection(TorchTests.Name)]
public sealed class ParityTests
{
    private const double Tolerance = 1e-8;

    [Theory]
    [InlineData("adamw", OptimizerKind.AdamW, 0.01)]
    [InlineData("sgd", OptimizerKind.Sgd, 0.05)]
    public void Step_TwentySteps_AgreesWithPyTorch(string kind, OptimizerKind optimizer, double rate)
    {
        var recorded = Recorded();
        var configuration = TorchTests.Configuration();
        configuration = configuration with { Training = configuration.Training with { Optimizer = optimizer, LearningRate = rate, WeightDecay = 0.01 } };
        using var trainer = new ContrastiveTrainer(configuration, ScalarType.Float64);
        trainer.Restore(WithInitial(trainer.CopyState(), recorded));

        var losses = Enumerable.Range(0, 20).Select(step => trainer.Step(Batch(step), collectMetrics: true).Metrics!.Loss).ToArray();

        WorstDifference(losses, recorded[$"{kind}/losses"]).ShouldBeLessThan(Tolerance);
        losses[1].ShouldBeGreaterThan(1);
        var state = trainer.CopyState();
        foreach (var network in (string[])["query", "key"])
        {
            foreach (var tensor in state.Files[network].Where(t => t.Type == HostTensorType.F64))
            {
                var actual = MemoryMarshal.Cast<byte, double>(tensor.Data).ToArray();
                WorstDifference(actual, recorded[$"{kind}/{network}/{tensor.Name}"]).ShouldBeLessThan(Tolerance, $"{network} {tensor.Name}");
            }
        }
    }

    private static TrainerState WithInitial(TrainerState state, Dictionary<string, double[]> recorded)
    {
        var initial = state.Files["query"].Select(tensor => tensor.Type == HostTensorType.F64
            ? tensor with { Data = MemoryMarshal.AsBytes<double>(recorded[$"initial/{tensor.Name}"]).ToArray() }
            : tensor).ToArray();
        return state with { Files = new Dictionary<string, IReadOnlyList<HostTensor>>(state.Files) { ["query"] = initial, ["key"] = initial } };
    }

    private static TrainingBatch Batch(int step)
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

    private static double WorstDifference(double[] a, double[] b)
    {
        a.Length.ShouldBe(b.Length);
        return a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
    }

    private static Dictionary<string, double[]> Recorded()
    {
        var file = File.ReadAllBytes(Path.Combine(RepositoryRoot(), "tests", "parity", "moco_parity.safetensors"));
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
