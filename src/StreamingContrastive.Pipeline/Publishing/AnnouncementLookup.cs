using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;
using StreamingContrastive.Pipeline.Checkpoints;

namespace StreamingContrastive.Pipeline.Publishing;

/// <summary>
/// Whether a checkpoint's outbox is published already: its announcement went out in the same transaction, so the one is there exactly
/// when the other is.
/// </summary>
internal static class AnnouncementLookup
{
    /// <summary>
    /// Offsets that are looked at before the end of each partition. The announcement of the newest checkpoint is the last thing that its
    /// lineage published; the rest is room for the markers of transactions and for orphans.
    /// </summary>
    public const int LookBackOffsets = 2_000;

    /// <summary>Looks through messages of NAME.models, read with isolation.level = read_committed.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="manifest">The checkpoint.</param>
    public static bool Contains(IEnumerable<ReceivedMessage> messages, CheckpointManifest manifest)
    {
        foreach (var message in messages)
        {
            if (TryDecode(message) is { } announcement && IsOf(announcement, manifest))
            {
                return true;
            }
        }

        return false;
    }

    // The checksum, because names begin anew with a new state directory. Atomic, because an announcement that was published outside
    // of a transaction (under another delivery mode) may stand there without its outbox.
    private static bool IsOf(ModelAnnouncement announcement, CheckpointManifest manifest) =>
        announcement.Atomic && announcement.Checkpoint == manifest.Name.ToString() && announcement.ManifestSha256 == manifest.Checksum;

    private static ModelAnnouncement? TryDecode(ReceivedMessage message)
    {
        try
        {
            return ModelAnnouncementCodec.Decode(message.Value, message.Headers);
        }
        catch (WireFormatException)
        {
            return null; // Another program's message announces nothing of ours.
        }
    }
}
