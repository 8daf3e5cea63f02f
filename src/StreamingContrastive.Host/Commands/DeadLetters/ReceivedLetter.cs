using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;

namespace StreamingContrastive.Host.Commands.DeadLetters;

/// <summary>A message of the dead-letter topic that is a letter.</summary>
/// <param name="Message">The message.</param>
/// <param name="Letter">Where its record was read, and why it was refused.</param>
internal sealed record ReceivedLetter(ReceivedMessage Message, DeadLetter Letter)
{
    /// <summary>Where the letter itself stands.</summary>
    public SourcePosition Position => new(Message.Topic, Message.Partition, Message.Offset);

    /// <summary>How often its record was sent again before.</summary>
    public long Replays => DeadLetterReplay.Count(Message.Headers);

    /// <summary>What was left out of it for its size; null when it is whole.</summary>
    public string? LeftOut => DeadLetterHeaders.LeftOut(Message.Headers);

    /// <summary>Reads the letter's headers; null for a message that somebody else put there.</summary>
    public static ReceivedLetter? Of(ReceivedMessage message)
    {
        try
        {
            return new ReceivedLetter(message, DeadLetterHeaders.Parse(message.Headers));
        }
        catch (Exception e) when (e is WireFormatException or OverflowException)
        {
            return null;
        }
    }
}
