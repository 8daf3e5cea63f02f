namespace StreamingContrastive.Host.Commands;

/// <summary>What the program answers to whoever started it.</summary>
internal static class ExitCodes
{
    /// <summary>Done, or stopped by Ctrl-C where a command runs until then.</summary>
    public const int Ok = 0;

    /// <summary>It failed while it ran.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage or configuration: starting it again the same way cannot help.</summary>
    public const int Usage = 2;
}
