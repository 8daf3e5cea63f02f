namespace StreamingContrastive.Host.Web.Feed;

/// <summary>What the page shows, once a second. Times are seconds since 1970 unless they say otherwise; null is not known or not measured.</summary>
internal sealed record LiveState
{
    /// <summary>When this was written.</summary>
    public required double Time { get; init; }

    /// <summary>The pipeline.</summary>
    public required string Name { get; init; }

    /// <summary>What keeps it from being ready; none when it is.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Seconds since this dashboard was started.</summary>
    public required double Uptime { get; init; }

    /// <summary>The trainer's epoch.</summary>
    public required long Epoch { get; init; }

    /// <summary>Optimizer steps.</summary>
    public required long Step { get; init; }

    /// <summary>Records trained in the lineage.</summary>
    public required long Trained { get; init; }

    /// <summary>Records that the watermarks passed.</summary>
    public required long Consumed { get; init; }

    /// <summary>Consumed records at which the run ends.</summary>
    public required long? Target { get; init; }

    /// <summary>Dead-lettered records.</summary>
    public required long DeadLettered { get; init; }

    /// <summary>Tombstones.</summary>
    public required long Tombstones { get; init; }

    /// <summary>Embeddings acknowledged since the start.</summary>
    public required long Published { get; init; }

    /// <summary>Model version that embeds.</summary>
    public required ulong ModelVersion { get; init; }

    /// <summary>Records that wait in the topic.</summary>
    public required long? Lag { get; init; }

    /// <summary>Records between admission and training.</summary>
    public required int Pending { get; init; }

    /// <summary>Records trained a second, mean of the last ten seconds.</summary>
    public required double Rate { get; init; }

    /// <summary>Pretext accuracy of the last measured step, 0 to 1.</summary>
    public required double? Accuracy { get; init; }

    /// <summary>Its loss, nats.</summary>
    public required double? Loss { get; init; }

    /// <summary>What is measured on held-out records.</summary>
    public required HeldOut HeldOut { get; init; }

    /// <summary>Step and accuracies of the last evaluation.</summary>
    public required LiveProbe? Probe { get; init; }

    /// <summary>The last retrieval between parts of held-out records.</summary>
    public required LiveRetrieval? Retrieval { get; init; }

    /// <summary>Rows of the queue.</summary>
    public required LiveQueue? Queue { get; init; }

    /// <summary>Where time goes.</summary>
    public required IReadOnlyList<StageShare> Stages { get; init; }

    /// <summary>Dead letters by reason.</summary>
    public required IReadOnlyList<LiveReason> Reasons { get; init; }

    /// <summary>The newest dead letters.</summary>
    public required IReadOnlyList<LiveLetter> Letters { get; init; }

    /// <summary>Checkpoints of this run, newest first.</summary>
    public required IReadOnlyList<LiveCheckpoint> Checkpoints { get; init; }

    /// <summary>The newest version on the map; 0 before it.</summary>
    public required long MapVersion { get; init; }

    /// <summary>The point that the histories gain, in the order of <see cref="Series.Names"/>.</summary>
    public required IReadOnlyList<double?> Point { get; init; }
}

/// <summary>An evaluation of the key encoder on held-out records.</summary>
/// <param name="Step">Step.</param>
/// <param name="Knn20">kNN accuracy, k = 20.</param>
/// <param name="Knn200">kNN accuracy, k = 200.</param>
/// <param name="RankMe">RankMe of the bank's features.</param>
internal sealed record LiveProbe(long Step, double Knn20, double Knn200, double RankMe);

/// <summary>How well parts of held-out records find each other.</summary>
/// <param name="Step">Step.</param>
/// <param name="Directions">One a direction of which there are enough records.</param>
internal sealed record LiveRetrieval(long Step, IReadOnlyList<LiveRecall> Directions);

/// <summary>Retrieval in one direction.</summary>
/// <param name="From">The part that asks.</param>
/// <param name="To">The part that is looked for.</param>
/// <param name="Records">Held-out records that have both.</param>
/// <param name="R1">Share of them found at the first place.</param>
/// <param name="R5">Among the first five.</param>
/// <param name="R10">Among the first ten.</param>
internal sealed record LiveRecall(string From, string To, int Records, double R1, double R5, double R10);

/// <summary>The queue of negatives.</summary>
/// <param name="Filled">Keys in it.</param>
/// <param name="Capacity">Room.</param>
/// <param name="AgeP50">Median age, steps.</param>
/// <param name="AgeP95">95th percentile, steps.</param>
internal sealed record LiveQueue(int Filled, int Capacity, double AgeP50, double AgeP95);

/// <summary>Dead letters of one reason.</summary>
/// <param name="Stage">Stage that refused them.</param>
/// <param name="Type">Error type.</param>
/// <param name="Count">Records since the start.</param>
internal sealed record LiveReason(string Stage, string Type, long Count);

/// <summary>A dead letter.</summary>
/// <param name="Position">Where the record is.</param>
/// <param name="Key">Its key, printable.</param>
/// <param name="Stage">Stage that refused it.</param>
/// <param name="Type">Error type.</param>
/// <param name="Message">What was wrong, printable.</param>
internal sealed record LiveLetter(string Position, string Key, string Stage, string Type, string Message);

/// <summary>A checkpoint.</summary>
/// <param name="Name">Name.</param>
/// <param name="Step">Steps.</param>
/// <param name="ModelVersion">Version in it.</param>
/// <param name="At">When.</param>
/// <param name="Bytes">Size.</param>
/// <param name="CopyMs">The trainer's standstill, milliseconds.</param>
/// <param name="DurableMs">Until it counted, milliseconds.</param>
internal sealed record LiveCheckpoint(string Name, long Step, ulong ModelVersion, double At, long Bytes, double CopyMs, double DurableMs);
