using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Host.Commands.DeadLetters;

/// <summary>Carries a <see cref="ReplayPlan"/> out, or only says what it would do.</summary>
/// <param name="plan">What to send.</param>
/// <param name="producer">Sends it; null for a dry run.</param>
/// <param name="limit">Most records.</param>
internal sealed class LetterReplay(ReplayPlan plan, RecordProducer? producer, long limit)
{
    private const int BatchRecords = 256;
    private const int BatchBytes = 4 * 1024 * 1024;

    /// <summary>Goes through the letters in the order in which they were written, in each partition.</summary>
    /// <exception cref="OutputException">The broker refused a record; those before it were sent.</exception>
    public async Task RunAsync(IEnumerable<ReceivedLetter> letters, CancellationToken cancellation)
    {
        var batch = new List<OutputRecord>(BatchRecords);
        var bytes = 0L;
        foreach (var letter in letters)
        {
            if (plan.Next(letter) is not { } record)
            {
                continue;
            }

            if (producer is not null)
            {
                batch.Add(record);
                bytes += (record.Key?.Length ?? 0) + (record.Value?.Length ?? 0);
            }

            if (batch.Count == BatchRecords || bytes > BatchBytes)
            {
                await producer!.ProduceAsync(batch, cancellation).ConfigureAwait(false);
                (batch, bytes) = (new List<OutputRecord>(BatchRecords), 0);
            }

            if (plan.Count(ReplayVerdict.Send) == limit)
            {
                break;
            }
        }

        if (batch.Count > 0)
        {
            await producer!.ProduceAsync(batch, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>What was done, or would be.</summary>
    public IEnumerable<string> Report(string letterTopic, long maxReplays)
    {
        yield return FormattableString.Invariant($"{plan.Count(ReplayVerdict.Send)} records {(producer is null ? "would go" : "went")} from {letterTopic} to {plan.Target}");
        foreach (var (verdict, words) in ((ReplayVerdict, string)[])
            [
                (ReplayVerdict.Repeat, "letters were repeats of a record"),
                (ReplayVerdict.ReplayedTooOften, FormattableString.Invariant($"records were sent again {maxReplays} times before and stay; --max-replays allows more")),
                (ReplayVerdict.NotWhole, "letters do not hold the whole record and stay; it stands in its input topic (dead-letters show says where)"),
                (ReplayVerdict.OtherTopic, "letters come from another topic than input:topic and stay; --topic names one to send them to"),
            ])
        {
            if (plan.Count(verdict) > 0)
            {
                yield return FormattableString.Invariant($"{plan.Count(verdict)} {words}");
            }
        }

        if (producer is null)
        {
            yield return "Nothing was sent. Add --yes to send.";
        }
    }
}
