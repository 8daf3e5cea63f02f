using Confluent.Kafka;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>
/// Measures the group's commits: the client commits in the background what was stored since, so one lasts from the first offset that
/// was stored until the broker's answer. Consumer thread only.
/// </summary>
internal sealed class CommitWatch(PipelineTelemetry? telemetry)
{
    private string? _topic;
    private long _began;

    /// <summary>An offset was stored.</summary>
    public void Stored(string topic)
    {
        if (telemetry is not null && _topic is null)
        {
            (_topic, _began) = (topic, telemetry.Now());
        }
    }

    /// <summary>Handler: the client has committed, or could not.</summary>
    public void Answered(CommittedOffsets committed)
    {
        if (_topic is { } topic && committed.Error.Code != ErrorCode.Local_NoOffset)
        {
            _topic = null;
            telemetry!.Committed(topic, _began, ErrorOf(committed)?.Code.ToString());
        }
    }

    private static Error? ErrorOf(CommittedOffsets committed) => committed.Error.IsError
        ? committed.Error
        : committed.Offsets.FirstOrDefault(offset => offset.Error.IsError)?.Error;
}
