using StreamingContrastive.Host.Commands;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Tests.Host.Commands;

public sealed class RunCommandTests
{
    private readonly CommandFixture _fixture = new();
    private readonly RecordingRunner _runner = new();

    [Fact]
    public async Task Run_AllOptions_ReachTheRunner()
    {
        (await RunAsync("run", "fashion-mnist", "--bootstrap", "a:1,b:2", "--connect-timeout", "5s", "--on-gap", "latest",
            "--records", "60000", "--accept-rollback", "--rewarm", "--set", "training:batchSize=128", "--set", "seed=9", "--verbose")).ShouldBe(7, _fixture.Error.ToString());

        var request = _runner.Request!;
        request.MaxRecords.ShouldBe(60000);
        request.AcceptRollback.ShouldBeTrue();
        request.Rewarm.ShouldBeTrue();
        request.Verbose.ShouldBeTrue();
        var options = request.Pipeline.Options;
        options.Name.ShouldBe("fashion-mnist");
        options.Kafka.BootstrapServers.ShouldBe("a:1,b:2");
        options.Kafka.ConnectTimeout.ShouldBe(TimeSpan.FromSeconds(5));
        options.Input.OnGap.ShouldBe(GapPolicy.Latest);
        options.Training.BatchSize.ShouldBe(128);
        options.Seed.ShouldBe(9UL);
    }

    [Theory]
    [InlineData("run", "Required argument 'PIPELINE' missing")]
    [InlineData("run fashion-mnist --records 0", "--records is '0'; allowed is a whole number from 1.")]
    [InlineData("run fashion-mnist --connect-timeout 5", "kafka:connectTimeout = \"5\" (--connect-timeout) is not allowed.")]
    [InlineData("run fashion-mnist --on-gap never", "input:onGap = \"never\" (--on-gap) is not allowed. Allowed: one of fail, earliest, latest.")]
    [InlineData("run fashion-mnist --bootstrap a:1 --set kafka:bootstrapServers=b:1", "kafka:bootstrapServers is given twice: --set, and --bootstrap.")]
    public async Task Run_WrongOptions_ExitsTwoWithoutRunning(string line, string message)
    {
        (await RunAsync(line.Split(' '))).ShouldBe(2);

        _fixture.Error.ToString().ShouldContain(message);
        _runner.Request.ShouldBeNull();
    }

    [Theory]
    [InlineData("--role traner", "cluster:roles (--role) names \"traner\", which is no role. Allowed: ingest, trainer, web")]
    [InlineData("--role ingest --records 100", "--records is counted by the trainer, and this node is ingest")]
    [InlineData("--role ingest --set cluster:seedNodes=somewhere", "\"somewhere\" is no node. Write host:port")]
    [InlineData("--role ingest --set cluster:settings=/nowhere.conf", "cluster:settings = \"/nowhere.conf\": there is no such file")]
    [InlineData("--role ingest --set cluster:hostname=0.0.0.0 --insecure-network", "set cluster:publicHostname to this node's own name or address")]
    [InlineData("--role ingest --set cluster:joinTimeout=0s", "cluster:joinTimeout = 0s must be longer than zero")]
    public async Task Run_WrongRoles_ExitsTwoWithoutRunning(string more, string message)
    {
        (await RunAsync(["run", "fashion-mnist", .. more.Split(' ')])).ShouldBe(2);

        _fixture.Error.ToString().ShouldContain(message);
        _runner.Request.ShouldBeNull();
    }

    [Fact]
    public async Task Run_SeveralRoles_AreOneListAndTheWebRoleHasItsPage()
    {
        (await RunAsync("run", "fashion-mnist", "--role", "ingest", "--role", "web")).ShouldBe(7, _fixture.Error.ToString());

        _runner.Request!.Pipeline.Options.Cluster.Roles.ShouldBe("ingest,web");
        _runner.Request.Web.Address.ShouldNotBeNull();
    }

    private Task<int> RunAsync(params string[] arguments) => _fixture.RunAsync([RunCommand.Create(_fixture.Context, _runner)], arguments);

    private sealed class RecordingRunner : IPipelineRunner
    {
        public PipelineRunRequest? Request { get; private set; }

        public Task<int> RunAsync(PipelineRunRequest request, ProgramContext context, CancellationToken cancellation)
        {
            Request = request;
            return Task.FromResult(7);
        }
    }
}
