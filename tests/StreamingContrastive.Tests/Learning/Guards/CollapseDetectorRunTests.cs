using System.Globalization;
using StreamingContrastive.Learning.Guards;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Tests.Learning.Training;

namespace StreamingContrastive.Tests.Learning.Guards;

/// <summary>The detector on real training: what it must see, how soon, and what it must not see.</summary>
[Collection(TorchTests.Name)]
public sealed class CollapseDetectorRunTests(ITestOutputHelper output)
{
    [Fact]
    public void Calibrate()
    {
        Run("healthy w4", new FashionRun(4, 32, 512), 300, _ => { });
        Run("constant w4", new FashionRun(4, 32, 512), 250, r => r.IsConstant = true);
        Run("lr*100 w4", new FashionRun(4, 32, 512, 0.2), 250, _ => { });
    }

    private void Run(string name, FashionRun run, int steps, Action<FashionRun> at150)
    {
        using (run)
        {
            for (var step = 1; step <= steps; step++)
            {
                if (step == 150)
                {
                    at150(run);
                }

                var outcome = run.Step(step % 5 == 0);
                if (outcome.Refusal is { } r)
                {
                    output.WriteLine($"{name} {step}: {r}");
                }

                if (outcome.Metrics is { } m && (step % 20 == 0 || (step > 150 && step < 200)))
                {
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {step}: loss {m.Loss:0.000} lnK {Math.Log(m.QueueFilled + 1):0.000} acc {m.Accuracy:0.00} s+ {m.PositiveSimilarity:0.000} s- {m.NegativeSimilarity:0.000} unif {m.Uniformity:0.000} std {m.EmbeddingStd:0.0000} grad {m.GradientNorm:0.000}"));
                }
            }
        }
    }
}
