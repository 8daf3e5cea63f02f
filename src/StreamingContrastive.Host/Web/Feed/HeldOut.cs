namespace StreamingContrastive.Host.Web.Feed;

/// <summary>What a pipeline measures on held-out records.</summary>
internal enum HeldOut
{
    /// <summary>Nothing: no topic of them is named, or a record is one part of input.parts, which has no other part to find.</summary>
    None,

    /// <summary>kNN accuracy by their labels.</summary>
    Knn,

    /// <summary>How often one part finds its record's other part.</summary>
    Retrieval,
}
