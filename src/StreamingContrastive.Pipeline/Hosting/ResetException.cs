namespace StreamingContrastive.Pipeline.Hosting;

/// <summary>A reset cannot be done as asked; nothing was changed. The message says what to do instead.</summary>
public sealed class ResetException : Exception
{
    /// <summary>With a message.</summary>
    public ResetException(string message)
        : base(message)
    {
    }
}
