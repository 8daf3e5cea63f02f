using System.CommandLine;
using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Web;

namespace StreamingContrastive.Tests.Host.Commands;

public sealed class WebSelectionTests : IDisposable
{
    private const string Token = "a-token-that-nobody-guesses";

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Read_NothingSaid_TakesTheCommandsOwnAddress()
    {
        Read("").ShouldBe(new WebSettings(WebAddress.Default, IsDemanded: false, null));
        Read("", byDefault: null).ShouldBe(WebSettings.Off);
        Read("--web off").Address.ShouldBeNull();
    }

    [Theory]
    [InlineData("5081", "127.0.0.1:5081")]
    [InlineData("localhost:5081", "127.0.0.1:5081")]
    [InlineData("[::1]:5081", "[::1]:5081")]
    [InlineData("127.0.0.1:0", "127.0.0.1:0")]
    public void Read_AnAddress_IsDemanded(string text, string expected)
    {
        var settings = Read($"--web {text}");

        settings.Address!.ToString().ShouldBe(expected);
        settings.IsDemanded.ShouldBeTrue();
    }

    [Theory]
    [InlineData("somewhere:5080")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.1:5080")]
    [InlineData("5:5080")]
    [InlineData("on")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("[::1")]
    public void Read_NoAddress_SaysWhatIsAllowed(string text) =>
        Should.Throw<UsageException>(() => Read($"--web {text}")).Message.ShouldStartWith($"--web is '{text}'; allowed is off, a port");

    [Theory]
    [InlineData("0.0.0.0:5080")]
    [InlineData("*:5080")]
    [InlineData("[::]:5080")]
    [InlineData("192.168.1.5:5080")]
    public void Read_OpenAddressWithoutToken_IsRefused(string text) =>
        Should.Throw<UsageException>(() => Read($"--web {text}")).Message.ShouldContain("everybody who can reach this machine. Put a token of 16 characters or more");

    [Fact]
    public void Read_OpenAddressWithToken_IsAllowed()
    {
        File.WriteAllText(_file, $"{Token}\n");

        Read($"--web *:5080 --web-token-file {_file}").Token.ShouldBe(Token);
        Read("--web *:5080", Token).Token.ShouldBe(Token);
        Read("", Token).Token.ShouldBe(Token); // Whoever sets a token wants it asked for on this machine, too.
    }

    [Fact]
    public void Read_ShortToken_IsRefusedWithoutBeingShown()
    {
        var thrown = Should.Throw<UsageException>(() => Read("--web 5080", "tooshort"));

        thrown.Message.ShouldContain("has 8 characters; at least 16 are needed");
        thrown.Message.ShouldNotContain("tooshort");
    }

    [Fact]
    public void Read_TokenFileThatIsNotThere_IsNamed() =>
        Should.Throw<UsageException>(() => Read("--web 5080 --web-token-file /no/such/file")).Message.ShouldContain("'/no/such/file' (--web-token-file) cannot be read");

    [Fact]
    public void Read_TokenFileWithoutDashboard_IsRefused() =>
        Should.Throw<UsageException>(() => Read($"--web off --web-token-file {_file}")).Message.ShouldContain("no dashboard is shown");

    private static WebSettings Read(string line, string? token = null) => Read(line, WebAddress.Default, token);

    private static WebSettings Read(string line, WebAddress? byDefault, string? token = null)
    {
        var command = new Command("command");
        var selection = new WebSelection(command, byDefault);
        var parse = command.Parse(line);
        parse.Errors.ShouldBeEmpty();
        var environment = new Dictionary<string, string>();
        if (token is not null)
        {
            environment[WebSettings.TokenVariable] = token;
        }

        return selection.Read(parse, new CommandFixture().Context with { Environment = environment });
    }
}
