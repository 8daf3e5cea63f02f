using System.Text;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;
using StreamingContrastive.Host.Commands.DeadLetters;

namespace StreamingContrastive.Tests.Host.Commands.DeadLetters;

/// <summary>Letters as a topic gives them.</summary>
internal static class Letters
{
    public static ReceivedLetter Letter(
        long offset, string stage = "decode", string reason = "WrongLength", string topic = "records", string words = "Too short.", int replays = 0, long written = -1, int maxBytes = int.MaxValue)
    {
        RecordHeader[] own = replays == 0 ? [new("label", "3"u8.ToArray())] : [new("label", "3"u8.ToArray()), new("replay-count", Encoding.UTF8.GetBytes($"{replays}"))];
        var encoded = DeadLetterHeaders.Encode(
            "birds", new DeadLetter(new SourcePosition(topic, 0, offset), stage, reason, words, 1000 + offset), Encoding.UTF8.GetBytes($"key-{offset}"), [1, 2, 3], own, maxBytes);
        return ReceivedLetter.Of(new ReceivedMessage(
            "birds.dead-letters", 0, 100 + offset, written < 0 ? 5000 + offset : written, encoded.Key, encoded.Value, encoded.Headers))!;
    }
}
