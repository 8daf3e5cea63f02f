using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Losses;
using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives;

/// <summary>Encoded batches of two parts from plain numbers; tensors belong to the test's dispose scope.</summary>
internal static class CrossModal
{
    /// <summary>The batch vector of learning.md 1.14: I = (A1, B1), X = (A2, B2).</summary>
    public static Encoded BatchVector() => Encoded(Contrast.Rows(ScalarType.Float64, [1, 0], [0, 1]), Contrast.Rows(ScalarType.Float64, [.8, .6], [-.6, .8]));

    /// <summary>Two parts whose keys are their queries.</summary>
    public static Encoded Encoded(Tensor image, Tensor text, bool[]? hasImage = null, bool[]? hasText = null) =>
        new([Part("image", image, image, hasImage), Part("text", text, text, hasText)], Contrast.Meta(0, image.shape[0]));

    public static EncodedPart Part(string name, Tensor query, Tensor key, bool[]? has = null) => new(name, query, key)
    {
        Present = has is null ? null : tensor(has),
        PresentRows = has is null ? null : tensor(Enumerable.Range(0, has.Length).Where(i => has[i]).Select(i => (long)i).ToArray()),
    };

    public static QueueSnapshot Empty(long dimension) => new(zeros(0, dimension, ScalarType.Float64), Contrast.Meta([]));

    /// <summary>Binds first values, or others, to a loss.</summary>
    public static NetworkState Bind(ILearnableLoss loss, double? scale = null, double? bias = null)
    {
        var state = NetworkState.Create(loss.Layout, ScalarType.Float64, CPU, 0);
        if (scale is { } t)
        {
            state.Parameter(0).fill_(Math.Log(t));
        }

        if (bias is { } b)
        {
            state.Parameter(1).fill_(b);
        }

        state.EnableGradients();
        loss.Bind(state);
        return state;
    }

    /// <summary>The objective's loss.</summary>
    public static Tensor Loss(IPlan plan, ILoss loss, Encoded encoded, params QueueSnapshot[] queues) =>
        new ComposedObjective(plan, [], loss).Evaluate(encoded, queues, new StepContext(0)).Loss;
}
