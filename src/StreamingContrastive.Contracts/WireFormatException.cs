namespace StreamingContrastive.Contracts;

/// <summary>A message is not what the contracts say. The words name the field, its value and what is allowed.</summary>
public sealed class WireFormatException : Exception
{
    /// <summary>Creates it without words.</summary>
    public WireFormatException()
    {
    }

    /// <summary>Creates it.</summary>
    public WireFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with its cause.</summary>
    public WireFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
