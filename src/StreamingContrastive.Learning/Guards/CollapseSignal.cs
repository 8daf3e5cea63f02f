namespace StreamingContrastive.Learning.Guards;

/// <summary>What a collapsing encoder gives away (learning.md G5). Each has a streak of its own.</summary>
public enum CollapseSignal
{
    /// <summary>Mean standard deviation per dimension of unit rows, far below 1/sqrt(d).</summary>
    Spread,

    /// <summary>Effective rank of the probe's features, far below its highest.</summary>
    Rank,

    /// <summary>Keys lie close together (Wang and Isola's uniformity near 0).</summary>
    Uniformity,

    /// <summary>Positives are hardly more alike than negatives.</summary>
    Margin,

    /// <summary>The loss is what random vectors would have.</summary>
    Chance,

    /// <summary>The pretext task is solved almost at once: something gives the answer away.</summary>
    Shortcut,
}
