using System.Runtime.InteropServices;
using StreamingContrastive.Learning.Checkpoints;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Training;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Training;

/// <summary>Replays tests/parity/objectives_parity.py: same first weights, same batches and labels, float64, 20 steps of AdamW.</summary>
[Collection(TorchTests.Name)]
public sealed class ObjectiveParityTests
{
    private const double Tolerance = 1e-8;

    private static readonly Dictionary<string, ObjectiveOptions> Objectives = new()
    {
        ["symmetric"] = new() { Plan = PlanKind.Symmetric },
        ["dcl"] = new() { Plan = PlanKind.Symmetric, Loss = LossKind.Dcl },
        ["supcon"] = new() { Loss = LossKind.SupCon, SupCon = new() { BaseTemperature = 0.07 }, Positives = new() { SameLabel = true } },
    };

    [Theory]
    [InlineData("symmetric")]
    [InlineData("dcl")]
    [InlineData("supcon")]
    public void Step_TwentySteps_AgreesWithPyTorch(string name)
    {
        var recorded = ParityRecording.Recorded("objectives_parity");
        var configuration = TorchTests.Configuration();
        configuration = configuration with
        {
            Objective = Objectives[name] with { QueueCapacityRows = 20, Temperature = 0.2 },
            Training = configuration.Training with { WeightDecay = 0.01 },
        };
        using var trainer = new ContrastiveTrainer(configuration, ScalarType.Float64);
        trainer.Restore(ParityRecording.WithInitial(trainer.CopyState(), recorded));
        var directions = configuration.Objective.Plan == PlanKind.Symmetric ? 2 : 1; // the metric is their mean, the script's loss their sum

        var losses = Enumerable.Range(0, 20).Select(step => directions * trainer.Step(Batch(step), collectMetrics: true).Metrics!.Loss).ToArray();

        ParityRecording.WorstDifference(losses, recorded[$"{name}/losses"]).ShouldBeLessThan(Tolerance);
        losses[1].ShouldBeGreaterThan(1);
        var state = trainer.CopyState();
        foreach (var network in (string[])["query", "key"])
        {
            foreach (var tensor in state.Files[network].Where(t => t.Type == HostTensorType.F64))
            {
                var actual = MemoryMarshal.Cast<byte, double>(tensor.Data).ToArray();
                ParityRecording.WorstDifference(actual, recorded[$"{name}/{network}/{tensor.Name}"]).ShouldBeLessThan(Tolerance, $"{network} {tensor.Name}");
            }
        }
    }

    private static TrainingBatch Batch(int step)
    {
        var batch = ParityRecording.Batch(step);
        for (var i = 0; i < batch.Count; i++)
        {
            batch.Labels[i] = i == 0 ? -1 : (step + i) % 3;
        }

        return batch;
    }
}
