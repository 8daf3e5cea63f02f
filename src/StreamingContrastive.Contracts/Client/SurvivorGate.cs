namespace StreamingContrastive.Contracts.Client;

/// <summary>Announcements as they come.</summary>
internal interface IAnnouncementSource : IDisposable
{
    /// <summary>The announcements since the last call, up to what is the end now; the first call begins with the oldest.</summary>
    IEnumerable<ReceivedMessage> CatchUp(CancellationToken cancellation);
}

/// <summary>A <see cref="DeadBranchFilter"/> that keeps itself up to date while it is asked.</summary>
/// <param name="announcements">Owned.</param>
/// <param name="clock">Clock of the pauses.</param>
internal sealed class SurvivorGate(IAnnouncementSource announcements, TimeProvider clock) : IDisposable
{
    // A question to the broker for each message would cost more than reading it.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly DeadBranchFilter _filter = new();
    private long? _caughtUp;

    public bool Accept(EmbeddingMessage message, CancellationToken cancellation)
    {
        if (_caughtUp is not { } last || clock.GetElapsedTime(last) >= Pause)
        {
            CatchUp(cancellation);
        }

        return _filter.Accept(message);
    }

    public void Dispose() => announcements.Dispose();

    private void CatchUp(CancellationToken cancellation)
    {
        foreach (ReceivedMessage message in announcements.CatchUp(cancellation))
        {
            if (TryDecode(message) is { } announcement)
            {
                _filter.Observe(announcement);
            }
        }

        _caughtUp = clock.GetTimestamp();
    }

    private static ModelAnnouncement? TryDecode(ReceivedMessage message)
    {
        try
        {
            return ModelAnnouncementCodec.Decode(message.Value, message.Headers);
        }
        catch (WireFormatException)
        {
            return null; // Another program's message says nothing about branches.
        }
    }
}
