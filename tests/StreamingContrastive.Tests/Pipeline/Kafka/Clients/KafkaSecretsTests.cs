using StreamingContrastive.Pipeline.Kafka.Clients;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Clients;

public sealed class KafkaSecretsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("sasl.password", true)]
    [InlineData("SASL.Password", true)]
    [InlineData("ssl.key.pem", true)]
    [InlineData("ssl.keystore.password", true)]
    [InlineData("sasl.oauthbearer.client.secret", true)]
    [InlineData("sasl.pasword", false)]
    [InlineData("my.sasl.password2", true)]
    [InlineData("sasl.password.file", false)]
    [InlineData("sasl.username", false)]
    [InlineData("sasl.oauthbearer.token.endpoint.url", false)]
    [InlineData("sasl.oauthbearer.assertion.private.key.file", false)]
    [InlineData("ssl.ca.pem", false)]
    [InlineData("ssl.key.location", false)]
    public void IsSecret_OfAKey_FollowsTheListAndTheSound(string key, bool expected) => KafkaSecrets.IsSecret(key).ShouldBe(expected);

    [Fact]
    public void Redact_OfEverySecret_HidesTheValueAndKeepsTheRest()
    {
        var settings = KafkaSecrets.Keys.ToDictionary(key => key, _ => "hunter2");
        settings["sasl.username"] = "alice";

        var shown = KafkaClientSettings.Redact(settings);

        shown.Values.ShouldNotContain("hunter2");
        shown["sasl.username"].ShouldBe("alice");
        shown.Keys.Order().ShouldBe(settings.Keys.Order());
    }

    [Fact]
    public void ReadFiles_OfEverySecretKey_TakesTheTrimmedTextUnderTheKeyItself()
    {
        File.WriteAllText(_file, "  hunter2\n");
        var settings = KafkaSecrets.Keys.ToDictionary(key => key + ".file", _ => _file);

        var read = KafkaSecrets.ReadFiles("kafka:client", settings);

        read.ShouldBe(KafkaSecrets.Keys.ToDictionary(key => key, _ => "hunter2"), ignoreOrder: true);
    }

    [Fact]
    public void ReadFiles_OfAKeyOfLibrdkafkaThatEndsInFile_PassesItThrough()
    {
        var settings = new Dictionary<string, string> { ["sasl.oauthbearer.assertion.private.key.file"] = "/a/path" };

        KafkaSecrets.ReadFiles("kafka:client", settings).ShouldBe(settings);
    }

    [Fact]
    public void ReadFiles_WithAMissingFile_NamesKeyAndPath()
    {
        var settings = new Dictionary<string, string> { ["sasl.password.file"] = "/no/such/file" };

        var e = Should.Throw<KafkaSettingException>(() => KafkaSecrets.ReadFiles("kafka:client", settings));

        e.Message.ShouldContain("kafka:client:sasl.password.file");
        e.Message.ShouldContain("/no/such/file");
    }

    [Fact]
    public void ReadFiles_WithAnEmptyFile_SaysSo()
    {
        File.WriteAllText(_file, " \n");

        Should.Throw<KafkaSettingException>(() => KafkaSecrets.ReadFiles("kafka:client", new Dictionary<string, string> { ["ssl.key.password.file"] = _file }))
            .Message.ShouldContain("which is empty");
    }

    [Fact]
    public void ReadFiles_WithValueAndFile_RefusesWithoutShowingTheValue()
    {
        var settings = new Dictionary<string, string> { ["sasl.password"] = "hunter2", ["sasl.password.file"] = _file };

        var e = Should.Throw<KafkaSettingException>(() => KafkaSecrets.ReadFiles("kafka:client", settings));

        e.Message.ShouldContain("both given");
        e.ToString().ShouldNotContain("hunter2");
    }

    [Fact]
    public void Scrub_OfATextThatQuotesASecret_HidesItEverywhere() =>
        KafkaSecrets.Scrub("bad 'hunter2' (hunter2) for alice", new Dictionary<string, string> { ["sasl.password"] = "hunter2", ["sasl.username"] = "alice", ["ssl.key.password"] = "" })
            .ShouldBe("bad '[hidden]' ([hidden]) for alice");
}
