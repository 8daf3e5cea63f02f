namespace StreamingContrastive.Learning.Evaluation;

/// <summary>One way to count the votes of the nearest neighbours.</summary>
/// <param name="Neighbours">Neighbours that vote, k, at least 1. More than the bank holds are clamped; the result says so.</param>
/// <param name="Temperature">T of the weight exp(cosine / T), above 0. Positive infinity gives every neighbour the same vote.</param>
public sealed record KnnSettings(int Neighbours, double Temperature)
{
    /// <summary>k = 20, T = 0.07: the monitor that reacts first.</summary>
    public static KnnSettings Nearest20 { get; } = new(20, 0.07);

    /// <summary>k = 200, T = 0.1: the monitor of MoCo's published figures.</summary>
    public static KnnSettings Nearest200 { get; } = new(200, 0.1);

    /// <summary>Equal votes.</summary>
    /// <param name="neighbours">Neighbours that vote.</param>
    /// <returns>Settings with an infinite temperature.</returns>
    public static KnnSettings Unweighted(int neighbours) => new(neighbours, double.PositiveInfinity);

    internal void Validate()
    {
        if (Neighbours < 1)
        {
            throw new ArgumentException($"k = {Neighbours} neighbours cannot vote: ask for at least 1.");
        }

        if (!(Temperature > 0))
        {
            throw new ArgumentException($"T = {Temperature} is no temperature: it must be above 0 (0.07 and 0.1 are usual).");
        }
    }
}
