namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>Says in a few words why a file operation failed.</summary>
internal static class IoReason
{
    // .NET puts the raw errno into HResult on Unix, a Win32 code on Windows.
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int Quota = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public static string Of(Exception e) => e switch
    {
        UnauthorizedAccessException => "no permission to write (read-only, or owned by somebody else)",
        IOException { HResult: NoSpace or WindowsDiskFull } => "the disk is full",
        IOException { HResult: Quota } => "the disk quota is used up",
        IOException { HResult: ReadOnlyFileSystem } => "the file system is read-only",
        _ => "the file system refused",
    };
}
