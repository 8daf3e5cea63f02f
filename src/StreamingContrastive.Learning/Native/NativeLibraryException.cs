namespace StreamingContrastive.Learning.Native;

/// <summary>A native library could not be loaded. The message names the library, the reason and the mend in one paragraph.</summary>
public sealed class NativeLibraryException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Library, reason and mend.</param>
    public NativeLibraryException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with the loader's own exception.</summary>
    /// <param name="message">Library, reason and mend.</param>
    /// <param name="inner">What the loader said.</param>
    public NativeLibraryException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Creates an exception without details.</summary>
    public NativeLibraryException()
    {
    }
}
