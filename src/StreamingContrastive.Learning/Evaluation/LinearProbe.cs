namespace StreamingContrastive.Learning.Evaluation;

/// <summary>
/// Linear probe: multinomial logistic regression on frozen features, standardised by the training rows. The weight decay is
/// chosen on a hold-out of the training rows, then everything is fitted again on all of them; test rows choose nothing.
/// Features come in as numbers, so the backbone cannot move. Plain .NET on all cores; the result does not depend on their number.
/// </summary>
public static class LinearProbe
{
    /// <summary>Fits on one set and scores another.</summary>
    /// <param name="train">Training rows, at least two.</param>
    /// <param name="test">Test rows. A class that the training rows lack counts as wrong.</param>
    /// <param name="settings">Settings; the defaults where null.</param>
    /// <param name="cancellationToken">Stops the fit.</param>
    /// <returns>Accuracy of the last iterate and what led to it.</returns>
    /// <exception cref="ArgumentException">Settings are not usable, dimensions differ or there is one training row only.</exception>
    public static LinearProbeResult Evaluate(
        LabelledFeatures train, LabelledFeatures test, LinearProbeSettings? settings = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        settings ??= new LinearProbeSettings();
        settings.Validate();
        train.RequireSameDimension(test);
        if (train.Count < 2)
        {
            throw new ArgumentException("A linear probe needs at least two training rows: one is held out to choose the weight decay.", nameof(train));
        }

        ClassIndex classes = ClassIndex.Of(train.Labels);
        int[] rows = [.. Enumerable.Range(0, train.Count)];
        double[] holdout = settings.WeightDecays.Count == 1 ? [] : HoldoutAccuracies(train, classes, rows, settings, cancellationToken);
        double decay = holdout.Length == 0 ? settings.WeightDecays[0] : settings.WeightDecays[Array.IndexOf(holdout, holdout.Max())];

        Standardizer standardizer = Standardizer.Of(train, rows);
        FeatureColumns fitted = FeatureColumns.Of(train, rows, classes, standardizer);
        FeatureColumns scored = FeatureColumns.Of(test, [.. Enumerable.Range(0, test.Count)], classes, standardizer);
        SoftmaxRegression model = SoftmaxRegression.Fit(fitted, classes.Count, settings, decay, cancellationToken);
        return new LinearProbeResult(model.Accuracy(scored), model.Accuracy(fitted), decay, holdout, train.Count, test.Count);
    }

    private static double[] HoldoutAccuracies(
        LabelledFeatures train, ClassIndex classes, int[] rows, LinearProbeSettings settings, CancellationToken cancellation)
    {
        int[] shuffled = [.. rows];
        new Random(settings.Seed).Shuffle(shuffled);
        int heldOut = Math.Clamp((int)Math.Round(train.Count * settings.HoldoutShare), 1, train.Count - 1);
        int[] kept = shuffled[heldOut..];

        // The held-out rows must not even lend their mean, or the choice is made on rows that were seen.
        Standardizer standardizer = Standardizer.Of(train, kept);
        FeatureColumns fitted = FeatureColumns.Of(train, kept, classes, standardizer);
        FeatureColumns scored = FeatureColumns.Of(train, shuffled[..heldOut], classes, standardizer);
        return [.. settings.WeightDecays.Select(decay => SoftmaxRegression.Fit(fitted, classes.Count, settings, decay, cancellation).Accuracy(scored))];
    }
}
