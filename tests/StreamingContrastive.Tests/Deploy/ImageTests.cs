using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using StreamingContrastive.Tests.Structure;

namespace StreamingContrastive.Tests.Deploy;

/// <summary>The Dockerfiles as text, and the health check for real.</summary>
public sealed partial class ImageTests
{
    public static TheoryData<string> Dockerfiles => ["deploy/Dockerfile.cpu", "deploy/Dockerfile.cuda", "deploy/collector/Dockerfile"];

    public static TheoryData<string> OwnDockerfiles => ["deploy/Dockerfile.cpu", "deploy/Dockerfile.cuda"];

    [Theory]
    [MemberData(nameof(Dockerfiles))]
    public void Dockerfile_Bases_ArePinnedToAPatch(string file)
    {
        string text = Read(file);
        string[] bases = [.. Base().Matches(text).Select(m => m.Groups[1].Value).Where(b => !b.StartsWith("${", StringComparison.Ordinal)), .. Argument().Matches(text).Select(m => m.Groups[1].Value)];

        bases.ShouldNotBeEmpty();
        bases.Where(b => !Regex.IsMatch(b, @":v?\d+\.\d+\.\d+(-[\w.]+)?$")).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(OwnDockerfiles))]
    public void Dockerfile_FinalStage_IsUnprivilegedAndChecked(string file)
    {
        string final = Read(file)[Read(file).LastIndexOf("\nFROM ", StringComparison.Ordinal)..];

        int user = final.IndexOf("\nUSER $APP_UID:$APP_UID", StringComparison.Ordinal);
        user.ShouldBeGreaterThan(0);
        final[user..].ShouldNotContain("\nRUN ");
        final.ShouldContain("""CMD ["/app/healthcheck.sh", "/healthz"]""");
        final.ShouldContain("""ENTRYPOINT ["./streaming-contrastive"]""");
        Read("src/StreamingContrastive.Host/StreamingContrastive.Host.csproj").ShouldContain("<AssemblyName>streaming-contrastive</AssemblyName>");
    }

    [Theory]
    [MemberData(nameof(OwnDockerfiles))]
    public void Dockerfile_CopiedFiles_AreInTheCheckoutAndInTheContext(string file)
    {
        string[] sources = [.. Copy().Matches(Read(file)).SelectMany(m => m.Groups[1].Value.Split(' ')[..^1])];
        string[] admitted = [.. File.ReadLines(Path.Combine(SourceTree.Root, ".dockerignore")).Where(l => l.StartsWith('!')).Select(l => l[1..])];

        sources.Length.ShouldBeGreaterThan(8);
        sources.Where(s => !Path.Exists(Path.Combine(SourceTree.Root, s))).ShouldBeEmpty();
        sources.Where(s => !admitted.Any(a => s == a || s.StartsWith(a + "/", StringComparison.Ordinal))).ShouldBeEmpty(".dockerignore keeps it out");
    }

    [Theory]
    [MemberData(nameof(OwnDockerfiles))]
    public void Dockerfile_Restore_HasEveryProjectFile(string file) =>
        SourceTree.Projects.Where(p => !Read(file).Contains($"COPY src/StreamingContrastive.{p}/StreamingContrastive.{p}.csproj src/StreamingContrastive.{p}/\n", StringComparison.Ordinal))
            .ShouldBeEmpty();

    [Fact]
    public void Dockerfiles_CpuAndCuda_DifferInTheBackendOnly()
    {
        static string[] Instructions(string file) => [.. Read(file).Split('\n').Where(l => !l.StartsWith('#') && l.Length > 0)];
        string[] expected = [.. Instructions("deploy/Dockerfile.cpu").Select(l => l.Replace("TorchBackend=cpu", "TorchBackend=cuda", StringComparison.Ordinal))];

        string[] cuda = Instructions("deploy/Dockerfile.cuda");

        cuda.Except(expected).ShouldHaveSingleItem().ShouldStartWith("ENV DOTNET_EnableDiagnostics=0 NVIDIA_");
        expected.Except(cuda).ShouldBe(["ENV DOTNET_EnableDiagnostics=0"]);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK", 0)]
    [InlineData("HTTP/1.1 503 Service Unavailable", 1)]
    [InlineData("HTTP/1.1 2000 Odd", 1)]
    [InlineData("", 1)]
    public async Task Healthcheck_Answer_DecidesTheExitCode(string statusLine, int expected)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        Task<string> asked = AnswerOnceAsync(server, statusLine);

        int code = await HealthcheckAsync("/readyz", ((IPEndPoint)server.LocalEndpoint).Port);

        (code == 0 ? 0 : 1).ShouldBe(expected);
        (await asked).ShouldStartWith("GET /readyz HTTP/1.1\r\nHost: 127.0.0.1");
    }

    [Fact]
    public async Task Healthcheck_NobodyListens_Fails()
    {
        int port;
        using (var server = new TcpListener(IPAddress.Loopback, 0))
        {
            server.Start();
            port = ((IPEndPoint)server.LocalEndpoint).Port;
        }

        (await HealthcheckAsync("/healthz", port)).ShouldNotBe(0);
    }

    private static async Task<string> AnswerOnceAsync(TcpListener server, string statusLine)
    {
        using TcpClient client = await server.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII, leaveOpen: true);
        var request = new StringBuilder();
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { Length: > 0 } line)
        {
            request.Append(line).Append("\r\n");
        }

        if (statusLine.Length > 0)
        {
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(statusLine + "\r\nContent-Length: 0\r\n\r\n"), TestContext.Current.CancellationToken);
        }

        return request.ToString();
    }

    private static async Task<int> HealthcheckAsync(string path, int port)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the health check is a bash script of a Linux image");
        return (await Tool.RunAsync("bash", "deploy/healthcheck.sh", path, $"{port}")).ExitCode;
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(SourceTree.Root, file));

    [GeneratedRegex(@"^FROM (\S+)", RegexOptions.Multiline)]
    private static partial Regex Base();

    [GeneratedRegex(@"^ARG (?:SDK|RUNTIME)=(\S+)", RegexOptions.Multiline)]
    private static partial Regex Argument();

    [GeneratedRegex(@"^COPY (?!--from)(.+)$", RegexOptions.Multiline)]
    private static partial Regex Copy();
}
