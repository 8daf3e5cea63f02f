namespace StreamingContrastive.Learning.Objectives;

/// <summary>Positives beside the own other view. All but ownView need the loss supCon.</summary>
public sealed record PositiveOptions
{
    /// <summary>The own other view is a positive. Default true; off, only labels or keys make positives.</summary>
    public bool OwnView { get; init; } = true;

    /// <summary>Candidates of the anchor's class are positives; records without a label are mixed in. Default false.</summary>
    public bool SameLabel { get; init; }

    /// <summary>Candidates of the same record key are positives: re-observations of an entity, records of a session. Default: off.</summary>
    public SameKeyOptions? SameKey { get; init; }
}

/// <summary>Positives of the same record key.</summary>
public sealed record SameKeyOptions
{
    /// <summary>Greatest distance of event times, either way. Default 1h; 0s for no limit.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(1);
}
