using System.Collections.Immutable;
using StreamingContrastive.Pipeline.Cluster;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Ingest;

/// <summary>
/// The trainer's word on what is to be read next. A partition that is not in the table was never trained on: it begins where
/// the input's start position says, and the trainer corrects that with a rewind if it disagrees.
/// </summary>
/// <param name="LineageEpoch">The trainer's epoch.</param>
/// <param name="Next">First offset, per partition, that is neither trained on nor passed over.</param>
internal sealed record OffsetTable(long LineageEpoch, ImmutableDictionary<PartitionId, long> Next) : IClusterMessage;
