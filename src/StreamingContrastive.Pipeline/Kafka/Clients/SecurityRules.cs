namespace StreamingContrastive.Pipeline.Kafka.Clients;

/// <summary>Combinations that librdkafka accepts and that still cannot work: it would send no credentials, or wait for a token for ever.</summary>
internal static class SecurityRules
{
    /// <summary>Checks the merged settings of one client.</summary>
    /// <exception cref="KafkaSettingException">Credentials without a protocol that sends them, or OAUTHBEARER without a source of tokens.</exception>
    internal static void Check(IReadOnlyDictionary<string, string> settings)
    {
        var protocol = settings.GetValueOrDefault("security.protocol", "plaintext");
        var sendsCredentials = protocol.StartsWith("sasl_", StringComparison.OrdinalIgnoreCase);
        var credential = settings.Keys.FirstOrDefault(key => key is "sasl.username" or "sasl.password" or "sasl.mechanism" or "sasl.mechanisms");
        if (credential is not null && !sendsCredentials)
        {
            throw new KafkaSettingException(
                $"kafka:client:{credential} is given, but security.protocol is '{protocol}', which sends no credentials. " +
                "Set kafka:client:security.protocol to sasl_ssl (or sasl_plaintext in a trusted network).");
        }

        var mechanism = settings.GetValueOrDefault("sasl.mechanism") ?? settings.GetValueOrDefault("sasl.mechanisms");
        if (sendsCredentials && Is(mechanism, "OAUTHBEARER") && !HasTokens(settings))
        {
            throw new KafkaSettingException(
                "kafka:client:sasl.mechanism is OAUTHBEARER, but nothing says where tokens come from. Set sasl.oauthbearer.method to oidc with " +
                "sasl.oauthbearer.client.id, sasl.oauthbearer.client.secret.file and sasl.oauthbearer.token.endpoint.url.");
        }
    }

    private static bool HasTokens(IReadOnlyDictionary<string, string> settings) =>
        Is(settings.GetValueOrDefault("sasl.oauthbearer.method"), "oidc")
        || Is(settings.GetValueOrDefault("enable.sasl.oauthbearer.unsecure.jwt"), "true")
        || settings.ContainsKey("sasl.oauthbearer.metadata.authentication.type");

    private static bool Is(string? value, string expected) => string.Equals(value, expected, StringComparison.OrdinalIgnoreCase);
}
