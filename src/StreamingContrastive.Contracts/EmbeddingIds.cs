using System.Globalization;

namespace StreamingContrastive.Contracts;

/// <summary>
/// Deterministic ids of published messages: a function of where the record was read and of who computed the vector, never of
/// the clock or of chance.
/// </summary>
/// <remarks>
/// The lineage epoch is part of the id. With checkpointed delivery that changes nothing: only an outbox that is already part
/// of a checkpoint is published, so a repeat is the same bytes with the epoch that first computed them. With immediate
/// delivery a restart computes some records again, and two epochs may give one version number to different weights: without
/// the epoch two different vectors could share an id, and a consumer that drops repeats would keep the dead branch's.
/// A deliberate rewind of the input starts a new epoch too, so what it publishes is new.
/// </remarks>
public static class EmbeddingIds
{
    /// <summary>PIPELINE/TOPIC/PARTITION/OFFSET/EPOCH/VERSION, and /PART where records have several.</summary>
    public static string OfEmbedding(string pipeline, SourcePosition source, long lineageEpoch, long modelVersion, string? part = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{pipeline}/{source}/{lineageEpoch}/{modelVersion}{Suffix(part)}");

    /// <summary>PIPELINE/TOPIC/PARTITION/OFFSET/EPOCH, and /-/PART where records have several: a tombstone comes from no model.</summary>
    public static string OfTombstone(string pipeline, SourcePosition source, long lineageEpoch, string? part = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{pipeline}/{source}/{lineageEpoch}{(part is null ? "" : "/-")}{Suffix(part)}");

    /// <summary>PIPELINE/TOPIC/PARTITION/OFFSET: a record is refused once, whichever epoch refuses it.</summary>
    public static string OfDeadLetter(string pipeline, SourcePosition source) =>
        string.Create(CultureInfo.InvariantCulture, $"{pipeline}/{source}");

    private static string Suffix(string? part) => part is null ? "" : "/" + part;

    internal static string OfMetrics(string pipeline, long lineageEpoch, long step) =>
        string.Create(CultureInfo.InvariantCulture, $"{pipeline}/{lineageEpoch}/{step}");

    internal static string OfModel(string pipeline, long lineageEpoch, long version) =>
        string.Create(CultureInfo.InvariantCulture, $"{pipeline}/{lineageEpoch}/{version}");
}
