namespace StreamingContrastive.Pipeline.Training;

/// <summary>
/// A guard ended the run, and a new epoch at an older checkpoint with a lower learning rate is already durable: starting the pipeline
/// again, in this process or another, goes on there.
/// </summary>
public sealed class GuardTrippedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was seen, where the next start goes on, at which rate.</param>
    public GuardTrippedException(string message)
        : base(message)
    {
    }
}

/// <summary>Guards have restored as often as guards:maxAttempts allows and it happened again: a person has to look. Exit code 1.</summary>
public sealed class GuardExhaustedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was seen, how often, and what can be done.</param>
    public GuardExhaustedException(string message)
        : base(message)
    {
    }
}
