namespace StreamingContrastive.Pipeline.Ingest;

/// <summary>Bad input stops the pipeline: the policy says so, or too much of the input is bad. Nothing is lost: offsets have not passed.</summary>
public sealed class BadRecordException : Exception
{
    /// <summary>Creates the exception.</summary>
    public BadRecordException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public BadRecordException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception without words.</summary>
    public BadRecordException()
    {
    }
}
