using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Clients;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Clients;

/// <summary>Builds real clients against an address where nobody listens: librdkafka checks its settings at that moment.</summary>
public sealed class KafkaClientsTests
{
    private const string Secret = "s3cr3t-V4lue";

    private readonly ListLogger _logger = new();

    [Fact]
    public void Build_WithoutSettings_IsAcceptedForEveryKindOfClient() => BuildAll(new Dictionary<string, string>());

    [Fact]
    public void Build_WithTls_IsAccepted()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=contrastive", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));

        BuildAll(new Dictionary<string, string>
        {
            ["security.protocol"] = "ssl",
            ["ssl.key.pem"] = key.ExportEncryptedPkcs8PrivateKeyPem(Secret, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)),
            ["ssl.key.password"] = Secret,
            ["ssl.certificate.pem"] = certificate.ExportCertificatePem(),
            ["ssl.ca.pem"] = certificate.ExportCertificatePem(),
            ["ssl.endpoint.identification.algorithm"] = "https",
        });
    }

    [Theory]
    [InlineData("sasl_ssl", "SCRAM-SHA-256")]
    [InlineData("SASL_PLAINTEXT", "SCRAM-SHA-512")]
    [InlineData("sasl_ssl", "PLAIN")]
    public void Build_WithSasl_IsAccepted(string protocol, string mechanism) => BuildAll(new Dictionary<string, string>
    {
        ["security.protocol"] = protocol,
        ["sasl.mechanism"] = mechanism,
        ["sasl.username"] = "alice",
        ["sasl.password"] = Secret,
    });

    [Fact]
    public void Build_WithOAuthBearerFromAnIdentityProvider_IsAccepted() => BuildAll(new Dictionary<string, string>
    {
        ["security.protocol"] = "sasl_ssl",
        ["sasl.mechanism"] = "OAUTHBEARER",
        ["sasl.oauthbearer.method"] = "oidc",
        ["sasl.oauthbearer.client.id"] = "contrastive",
        ["sasl.oauthbearer.client.secret"] = Secret,
        ["sasl.oauthbearer.token.endpoint.url"] = "http://127.0.0.1:1/token",
    });

    [Fact]
    public void Build_WithTheNewGroupProtocol_IsAccepted()
    {
        var options = Options(new Dictionary<string, string>()) with { Consumer = new Dictionary<string, string> { ["group.protocol"] = "consumer" } };

        using var consumer = Clients(options).Consumer("group");
    }

    [Theory]
    [InlineData("foo", "bar")]
    [InlineData("session.timeout.ms", "-5")]
    [InlineData("security.protocol", "tls")]
    [InlineData("SASL.PASSWORD", Secret)]
    [InlineData("ssl.keystore.pasword", Secret)]
    public void Build_WithASettingThatLibrdkafkaRefuses_NamesItAndNeverASecret(string key, string value)
    {
        var clients = Clients(Options(new Dictionary<string, string> { [key] = value }));

        var e = Should.Throw<KafkaSettingException>(() => clients.Consumer("group"));

        e.Message.ShouldStartWith($"kafka:client:{key} is not accepted by librdkafka");
        e.ToString().ShouldNotContain(Secret);
    }

    [Fact]
    public void Build_WithASettingOfTheRole_NamesThatSection()
    {
        var options = Options(new Dictionary<string, string>()) with { Producer = new Dictionary<string, string> { ["acks"] = "0" } };

        // Idempotence needs every replica's acknowledgement.
        Should.Throw<KafkaSettingException>(() => Clients(options).Producer()).Message.ShouldStartWith("kafka:producer:acks is not accepted");
    }

    [Fact]
    public void Build_WithAPrivateKeyThatIsNone_NamesTheSettingWithoutItsText()
    {
        var options = Options(new Dictionary<string, string> { ["security.protocol"] = "ssl", ["ssl.key.pem"] = Secret });

        var e = Should.Throw<KafkaSettingException>(() => Clients(options).Admin());

        e.Message.ShouldStartWith("kafka:client:ssl.key.pem");
        e.ToString().ShouldNotContain(Secret);
    }

    [Fact]
    public void Build_WithEveryDebugContext_LogsNoSecret()
    {
        BuildAll(new Dictionary<string, string>
        {
            ["debug"] = "all",
            ["security.protocol"] = "sasl_plaintext",
            ["sasl.mechanism"] = "SCRAM-SHA-512",
            ["sasl.username"] = "alice",
            ["sasl.password"] = Secret,
            ["ssl.key.password"] = Secret,
            ["ssl.keystore.password"] = Secret,
            ["sasl.oauthbearer.client.secret"] = Secret,
            ["sasl.oauthbearer.config"] = Secret,
        });

        _logger.Entries.ShouldContain(entry => entry.Text.Contains("sasl.username", StringComparison.Ordinal));
        _logger.Entries.ShouldAllBe(entry => !entry.Text.Contains(Secret, StringComparison.Ordinal));
    }

    private static KafkaOptions Options(IReadOnlyDictionary<string, string> client) => new() { BootstrapServers = "127.0.0.1:1", Client = client };

    private KafkaClients Clients(KafkaOptions options) => new(options, "test", _logger, TimeProvider.System);

    private void BuildAll(IReadOnlyDictionary<string, string> client)
    {
        var options = Options(client);
        options.ToString().ShouldNotContain(Secret);
        foreach (var (key, value) in client)
        {
            KafkaClientSettings.Consumer(options, "test", "group").Get(key).ShouldBe(value);
            KafkaClientSettings.Producer(options, "test").Get(key).ShouldBe(value);
        }

        var clients = Clients(options);
        using var consumer = clients.Consumer("group", "member-1");
        using var producer = clients.Producer();
        using var transactional = clients.Producer("outbox");
        using var admin = clients.Admin();
        consumer.Name.ShouldStartWith("test#consumer");
    }
}
