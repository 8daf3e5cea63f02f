namespace StreamingContrastive.Host.Configuration;

/// <summary>
/// Settings from environment variables <c>STREAMING_CONTRASTIVE__SECTION__KEY</c>. Shells cannot export names with dots, so an
/// entry of a dictionary may be written with underscores in capitals: <c>..__KAFKA__CLIENT__SASL_PASSWORD</c> is
/// <c>kafka:client:sasl.password</c>.
/// </summary>
internal static class EnvironmentSettings
{
    /// <summary>Prefix of every variable that is read.</summary>
    public const string Prefix = "STREAMING_CONTRASTIVE__";

    /// <summary>Adds the variables with the prefix, in the order of their names.</summary>
    public static void Collect(IReadOnlyDictionary<string, string> environment, SettingCollector into)
    {
        into.BeginSource();
        foreach (var (name, value) in environment.Where(v => v.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)).OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            var key = name[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal);
            var (setting, problem) = KeyResolver.Resolve(key, value, $"environment variable {name}");
            if (setting is null)
            {
                into.Problems.Add(problem!);
                continue;
            }

            into.Add(setting.Entry is { } entry && !entry.Contains('.', StringComparison.Ordinal)
                ? setting with { Entry = entry.Replace('_', '.').ToLowerInvariant() }
                : setting);
        }
    }
}
