namespace StreamingContrastive.Host.Configuration;

/// <summary>Tells which keys hold secrets. Their values never reach a log, a message, a description or a checkpoint.</summary>
internal static class SecretKeys
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Removed = "(removed)";

    private static readonly string[] Marks = ["password", "secret", "token", "credential", "key.pem", "key.string", "jaas"];

    /// <summary>Whether the key's value is a secret. The key alone decides: a wrong guess hides a harmless value, never shows a secret.</summary>
    public static bool IsSecret(string key) => Marks.Any(m => key.Contains(m, StringComparison.OrdinalIgnoreCase));
}
