using System.Buffers.Binary;
using System.Runtime.InteropServices;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Checkpoints;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Training;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Training;

/// <summary>Replays tests/parity/crossmodal_parity.py: two encoders, same first weights, same batches, float64, 20 steps of AdamW.</summary>
[Collection(TorchTests.Name)]
public sealed class CrossModalParityTests
{
    private const double Tolerance = 1e-8;
    private const int Pixels = 64;
    private const int Rows = 6;

    private static readonly RowLayout s_layout = new([RowPart.Picture("a", 8, 8, 1), RowPart.Picture("b", 8, 8, 1)]);

    private static readonly Dictionary<string, (ObjectiveOptions Objective, double Weight)> s_cases = new()
    {
        ["queue"] = (new() { CrossModal = new() { WithinWeight = 0.5 } }, 1.5), // the metric is the weighted mean of the directions, the script's loss their sum
        ["clip"] = (TwoParts.InBatch(LossKind.Clip), 1),
        ["siglip"] = (TwoParts.InBatch(LossKind.SigLip), 1),
    };

    [Theory]
    [InlineData("queue")]
    [InlineData("clip")]
    [InlineData("siglip")]
    public void Step_TwentySteps_AgreesWithPyTorch(string name)
    {
        var recorded = ParityRecording.Recorded("crossmodal_parity");
        var configuration = TwoParts.Configuration(s_cases[name].Objective, s_layout);
        configuration = configuration with { Training = configuration.Training with { WeightDecay = 0.01 } };
        using var trainer = new ContrastiveTrainer(configuration, ScalarType.Float64);
        trainer.Restore(WithInitial(trainer.CopyState(), recorded));

        var losses = Enumerable.Range(0, 20).Select(step => s_cases[name].Weight * trainer.Step(Batch(step, name == "queue"), collectMetrics: true).Metrics!.Loss).ToArray();

        ParityRecording.WorstDifference(losses, recorded[$"{name}/losses"]).ShouldBeLessThan(Tolerance);
        losses[1].ShouldBeGreaterThan(1);
        var state = trainer.CopyState();
        foreach (var file in (string[])["query.a", "query.b", "key.a", "key.b", .. name == "queue" ? Array.Empty<string>() : ["loss"]])
        {
            foreach (var tensor in state.Files[file].Where(t => t.Type == HostTensorType.F64))
            {
                var actual = MemoryMarshal.Cast<byte, double>(tensor.Data).ToArray();
                ParityRecording.WorstDifference(actual, recorded[$"{name}/{file}/{tensor.Name}"]).ShouldBeLessThan(Tolerance, $"{file} {tensor.Name}");
            }
        }
    }

    private static TrainerState WithInitial(TrainerState state, Dictionary<string, double[]> recorded)
    {
        var files = new Dictionary<string, IReadOnlyList<HostTensor>>(state.Files);
        foreach (var part in (string[])["a", "b"])
        {
            HostTensor[] initial = [.. state.Files[$"query.{part}"].Select(tensor => tensor.Type == HostTensorType.F64
                ? tensor with { Data = MemoryMarshal.AsBytes<double>(recorded[$"initial/{part}/{tensor.Name}"]).ToArray() }
                : tensor)];
            (files[$"query.{part}"], files[$"key.{part}"]) = (initial, initial);
        }

        return state with { Files = files };
    }

    private static TrainingBatch Batch(int step, bool someMissing)
    {
        var batch = new TrainingBatch(Rows, s_layout.Sizes) { Count = Rows };
        for (var row = 0; row < Rows; row++)
        {
            var record = (step * Rows) + row;
            batch.RecordIds[row] = record % 17;
            var bits = !someMissing ? 3u : (record % 7 != 0 ? 1u : 0) | (record % 5 != 0 ? 2u : 0);
            foreach (var (rows, view) in new[] { (batch.Query, 0), (batch.Key, 1) })
            {
                var target = rows.AsSpan(row * s_layout.QueryBytes, s_layout.QueryBytes);
                BinaryPrimitives.WriteUInt32LittleEndian(target, bits);
                for (var part = 0; part < 2; part++)
                {
                    // What a row lacks is filled all the same: whoever looks at it differs from the script.
                    Fill(target.Slice(s_layout.OffsetOf(part), Pixels), ((((4L * step) + (2 * part) + view) * Rows) + row) * Pixels);
                }
            }
        }

        return batch;
    }

    private static void Fill(Span<byte> picture, long start)
    {
        for (var i = 0; i < picture.Length; i++)
        {
            picture[i] = (byte)((uint)((start + i) * 2654435761L) >> 24);
        }
    }
}
