namespace StreamingContrastive.Learning.Guards;

/// <summary>How an encoder looks after a measure.</summary>
public enum EncoderHealth
{
    /// <summary>No signal: a checkpoint from before this measure is known to be good.</summary>
    Healthy,

    /// <summary>A signal shows during the warm-up, where it means nothing either way.</summary>
    Unknown,

    /// <summary>A signal shows, not yet often enough: nothing of now should be published or kept as good.</summary>
    Suspect,

    /// <summary>A signal showed often enough in a row.</summary>
    Collapsed,
}

/// <summary>What a <see cref="CollapseDetector"/> says.</summary>
/// <param name="Health">The verdict.</param>
/// <param name="SinceStep">Step of the first measure of the longest streak; the measure's own where there is none.</param>
/// <param name="Findings">One clause a signal that shows now: the value, and its limit.</param>
public sealed record CollapseVerdict(EncoderHealth Health, long SinceStep, IReadOnlyList<string> Findings)
{
    /// <summary>The findings as one text for a person.</summary>
    public string Text => string.Join("; ", Findings);
}
