namespace StreamingContrastive.Host.Commands;

/// <summary>The command line asks for something impossible that parsing alone could not see: exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
