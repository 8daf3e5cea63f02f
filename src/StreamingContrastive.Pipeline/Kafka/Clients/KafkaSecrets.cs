namespace StreamingContrastive.Pipeline.Kafka.Clients;

/// <summary>
/// Which librdkafka settings are secret, and where they come from: the value itself (from the environment) or, under
/// <c>KEY.file</c>, a file that holds nothing else.
/// </summary>
internal static class KafkaSecrets
{
    /// <summary>What stands for a secret wherever settings are shown.</summary>
    internal const string Hidden = "[hidden]";

    /// <summary>Suffix of a key whose value is the path of a file with the secret.</summary>
    internal const string FileSuffix = ".file";

    /// <summary>The secrets of librdkafka 2.16 (CONFIGURATION.md). Certificates and CA bundles are public and not among them.</summary>
    internal static readonly IReadOnlySet<string> Keys = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "sasl.password",
        "sasl.oauthbearer.client.secret",
        "sasl.oauthbearer.client.credentials.client.secret",
        "sasl.oauthbearer.config",
        "sasl.oauthbearer.assertion.private.key.passphrase",
        "sasl.oauthbearer.assertion.private.key.pem",
        "ssl.key.password",
        "ssl.key.pem",
        "ssl.keystore.password",
    };

    // A mistyped key ("sasl.pasword2") may hold a real secret all the same.
    private static readonly string[] Suspicious = ["passw", "secret", "passphrase", "token", "credential", "key.pem"];

    /// <summary>
    /// True when the value must not be shown. Of the keys that look secret, paths (.file, .location) and addresses (.url) may be.
    /// </summary>
    internal static bool IsSecret(string key) =>
        Keys.Contains(key) || (Suspicious.Any(part => key.Contains(part, StringComparison.OrdinalIgnoreCase)) && !IsPlace(key));

    /// <summary>The settings with every secret replaced by <see cref="Hidden"/>.</summary>
    internal static IReadOnlyDictionary<string, string> Redact(IEnumerable<KeyValuePair<string, string>> settings) =>
        settings.ToDictionary(setting => setting.Key, setting => IsSecret(setting.Key) ? Hidden : setting.Value);

    /// <summary>The text with every secret value of <paramref name="settings"/> in it replaced.</summary>
    internal static string Scrub(string text, IEnumerable<KeyValuePair<string, string>> settings) =>
        settings.Where(setting => setting.Value.Length > 0 && IsSecret(setting.Key))
            .Aggregate(text, (shown, secret) => shown.Replace(secret.Value, Hidden, StringComparison.Ordinal));

    /// <summary>Replaces each <c>KEY.file</c> of a section by KEY with the trimmed text of that file.</summary>
    /// <param name="section">Name of the section for messages, such as kafka:client.</param>
    /// <param name="settings">The section.</param>
    /// <exception cref="KafkaSettingException">The file is missing, unreadable or empty, or KEY is given as well.</exception>
    internal static Dictionary<string, string> ReadFiles(string section, IReadOnlyDictionary<string, string> settings)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in settings)
        {
            var target = key.EndsWith(FileSuffix, StringComparison.OrdinalIgnoreCase) ? key[..^FileSuffix.Length] : null;
            if (target is null || !Keys.Contains(target))
            {
                read.Add(key, value);
                continue;
            }

            if (settings.ContainsKey(target))
            {
                throw new KafkaSettingException($"{section}:{target} and {section}:{key} are both given. Keep one: the value, or the file that holds it.");
            }

            read.Add(target, ReadFile($"{section}:{key}", value));
        }

        return read;
    }

    private static bool IsPlace(string key) =>
        key.EndsWith(FileSuffix, StringComparison.OrdinalIgnoreCase)
        || key.EndsWith(".location", StringComparison.OrdinalIgnoreCase)
        || key.EndsWith(".url", StringComparison.OrdinalIgnoreCase);

    private static string ReadFile(string setting, string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new KafkaSettingException(
                $"{setting} names the file '{path}', which cannot be read: {e.Message} It must hold the secret and nothing else, readable by this process.");
        }

        return text.Length > 0
            ? text
            : throw new KafkaSettingException($"{setting} names the file '{path}', which is empty. It must hold the secret and nothing else.");
    }
}
