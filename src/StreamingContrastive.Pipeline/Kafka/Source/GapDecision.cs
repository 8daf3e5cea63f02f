using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>Decides where to go on when the client says that an offset cannot be read.</summary>
internal static class GapDecision
{
    /// <summary>
    /// The offset to go on at. Equal to <paramref name="wanted"/> when the topic does hold it (its end counts): the error was a passing
    /// one, as at a change of leader, and nothing is lost.
    /// </summary>
    /// <exception cref="OffsetGapException">There is a gap and the policy is Fail.</exception>
    public static long Resolve(GapPolicy policy, PartitionId partition, long wanted, long low, long high)
    {
        if (wanted >= low && wanted <= high)
        {
            return wanted;
        }

        return policy switch
        {
            GapPolicy.Earliest => low,
            GapPolicy.Latest => high,
            _ => throw new OffsetGapException(partition, wanted, low, high),
        };
    }
}
