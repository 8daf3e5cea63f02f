using System.Runtime.InteropServices;
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
        var recorded = ParityRecording.Recorded("moco_parity");
        var configuration = TorchTests.Configuration();
        configuration = configuration with { Training = configuration.Training with { Optimizer = optimizer, LearningRate = rate, WeightDecay = 0.01 } };
        using var trainer = new ContrastiveTrainer(configuration, ScalarType.Float64);
        trainer.Restore(ParityRecording.WithInitial(trainer.CopyState(), recorded));

        var losses = Enumerable.Range(0, 20).Select(step => trainer.Step(ParityRecording.Batch(step), collectMetrics: true).Metrics!.Loss).ToArray();

        ParityRecording.WorstDifference(losses, recorded[$"{kind}/losses"]).ShouldBeLessThan(Tolerance);
        losses[1].ShouldBeGreaterThan(1);
        var state = trainer.CopyState();
        foreach (var network in (string[])["query", "key"])
        {
            foreach (var tensor in state.Files[network].Where(t => t.Type == HostTensorType.F64))
            {
                var actual = MemoryMarshal.Cast<byte, double>(tensor.Data).ToArray();
                ParityRecording.WorstDifference(actual, recorded[$"{kind}/{network}/{tensor.Name}"]).ShouldBeLessThan(Tolerance, $"{network} {tensor.Name}");
            }
        }
    }
}
