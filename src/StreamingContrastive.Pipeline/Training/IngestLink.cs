using StreamingContrastive.Pipeline.Kafka.Source;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>What the trainer's side keeps of one ingest.</summary>
/// <param name="node">The node that it is on.</param>
/// <param name="account">Its credits.</param>
internal sealed class IngestLink(string node, CreditAccount account)
{
    private long _told = -1;

    /// <summary>The node that it is on; empty in one process.</summary>
    public string Node { get; } = node;

    /// <summary>Its credits.</summary>
    public CreditAccount Account { get; } = account;

    /// <summary>To it.</summary>
    public required Action<object> Tell { get; set; }

    /// <summary>The record source that its chunks come from; null before the first.</summary>
    public Guid? Source { get; set; }

    /// <summary>What it reads, as it said last.</summary>
    public IReadOnlyList<PartitionPosition> Positions { get; set; } = [];

    /// <summary>Ticks since it registered last.</summary>
    public int Silent { get; set; }

    /// <summary>Whether its grant is news; asked once a grant.</summary>
    public bool HasNews()
    {
        var news = Account.Granted != _told;
        _told = Account.Granted;
        return news;
    }
}
