using System.Globalization;

namespace StreamingContrastive.Learning.Training;

/// <summary>Loss and gradient of one step as the host sees them, before the optimizer may use them.</summary>
/// <param name="Norm">L2 norm of all gradients together.</param>
/// <param name="Problem">Null, or why the step may not happen.</param>
internal readonly record struct StepGradient(double Norm, string? Problem)
{
    /// <summary>
    /// Judges them. One value that is not finite makes the sum of squares not finite; so does a norm beyond 1.8e19 in float32,
    /// which no optimizer step could use either.
    /// </summary>
    /// <param name="loss">The loss.</param>
    /// <param name="squaredNorm">Sum of the squared gradients.</param>
    public static StepGradient Of(double loss, double squaredNorm)
    {
        var problem = !double.IsFinite(loss) ? $"the loss is {Word(loss)}"
            : !double.IsFinite(squaredNorm) ? string.Create(CultureInfo.InvariantCulture, $"the loss is {loss:0.###}, but the norm of its gradient is {Word(squaredNorm)}")
            : null;
        return new StepGradient(Math.Sqrt(squaredNorm), problem);
    }

    private static string Word(double value) => double.IsNaN(value) ? "NaN" : "infinite";
}
