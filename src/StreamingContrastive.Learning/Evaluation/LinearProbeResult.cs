namespace StreamingContrastive.Learning.Evaluation;

/// <summary>What a linear probe scored. The accuracy is that of the last iterate, never the best one seen on the test rows.</summary>
/// <param name="Accuracy">Share of test rows given their own class, 0 to 1.</param>
/// <param name="TrainAccuracy">The same of the training rows.</param>
/// <param name="WeightDecay">The weight decay that the hold-out chose.</param>
/// <param name="HoldoutAccuracies">Accuracy on the hold-out for each weight decay, in the settings' order; empty where there was nothing to choose.</param>
/// <param name="TrainCount">Training rows, hold-out included: the last fit uses all of them.</param>
/// <param name="TestCount">Test rows.</param>
public sealed record LinearProbeResult(
    double Accuracy, double TrainAccuracy, double WeightDecay, IReadOnlyList<double> HoldoutAccuracies, int TrainCount, int TestCount)
{
    /// <inheritdoc />
    public override string ToString() =>
        $"linear probe: {Accuracy:0.0000} of {TestCount} (train {TrainAccuracy:0.0000} of {TrainCount}, weight decay {WeightDecay:0.######} by hold-out)";
}
