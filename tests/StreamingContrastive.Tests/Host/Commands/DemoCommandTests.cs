using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Web;

namespace StreamingContrastive.Tests.Host.Commands;

public sealed class DemoCommandTests
{
    private readonly CommandFixture _fixture = new();
    private readonly RecordingRunner _runner = new();

    [Fact]
    public async Task Run_AllOptions_ReachTheRunner()
    {
        (await RunAsync("demo", "--data", "/d", "--records", "60000", "--minutes", "0.5", "--passes", "10", "--report", "r.json", "--compare-bare", "--fresh", "--png", "--poison", "0.01", "--set", "seed=2", "--web", "off")).ShouldBe(0);

        var request = _runner.Request!;
        request.Assignments.ShouldBe([new("seed=2")]);
        (request with { Assignments = [] }).ShouldBe(new DemoRequest("/d", 60000, TimeSpan.FromSeconds(30), 10, "r.json", true, true, true, 0.01, [], false, WebSettings.Off with { IsDemanded = true }));
    }

    [Fact]
    public async Task Run_NoOptions_LeavesBoundsToTheRunner()
    {
        (await RunAsync("demo")).ShouldBe(0);

        _runner.Request!.Assignments.ShouldBeEmpty();
        (_runner.Request with { Assignments = [] }).ShouldBe(new DemoRequest(null, null, null, null, null, false, false, false, 0, [], false, new WebSettings(WebAddress.Default, IsDemanded: false, null)));
    }

    [Theory]
    [InlineData("demo --poison 0.5", "--poison 0.5 is not allowed. Allowed: a number from 0 to 0.4; above half of its input a pipeline stops.")]
    [InlineData("demo --minutes 0", "--minutes is '0'; allowed is a number above 0, such as 0.5.")]
    [InlineData("demo --minutes x", "--minutes is 'x'; allowed is a number above 0, such as 0.5.")]
    [InlineData("demo --passes 1.5", "--passes is '1.5'; allowed is a whole number from 1.")]
    public async Task Run_WrongBound_ExitsTwo(string line, string message)
    {
        (await RunAsync(line.Split(' '))).ShouldBe(2);

        _fixture.Error.ToString().ShouldContain(message);
        _runner.Request.ShouldBeNull();
    }

    private Task<int> RunAsync(params string[] arguments) => _fixture.RunAsync([DemoCommand.Create(_fixture.Context, _runner)], arguments);

    private sealed class RecordingRunner : IDemoRunner
    {
        public DemoRequest? Request { get; private set; }

        public Task<int> RunAsync(DemoRequest request, ProgramContext context, CancellationToken cancellation)
        {
            Request = request;
            return Task.FromResult(0);
        }
    }
}
