namespace StreamingContrastive.Learning.Objectives.Plans;

/// <summary>Where negatives come from.</summary>
public enum NegativeSource
{
    /// <summary>The ring queue of past keys.</summary>
    Queue,

    /// <summary>The other records of the batch.</summary>
    Batch,

    /// <summary>Queue and batch.</summary>
    Both,
}
