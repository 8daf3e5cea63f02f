using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Evaluation;

namespace StreamingContrastive.Tests.Host.Commands;

public sealed class EvaluateCommandTests
{
    private readonly CommandFixture _fixture = new();
    private readonly RecordingRunner _runner = new();

    [Fact]
    public async Task Run_AllOptions_ReachTheRunner()
    {
        (await RunAsync("evaluate fashion-mnist --report r.json --data /d --parts raw,Checkpoint,raw --seeds 3,1,3 --steps 20 --split train --bank 500 --labels 0.1 --pictures 400 --repeats 0.2 --set objective:temperature=0.2")).ShouldBe(0);

        var request = _runner.Request!;
        (request.ReportFile, request.DataDirectory, request.Steps, request.Split, request.BankRows, request.LabelShare).ShouldBe(("r.json", "/d", 20, EvaluationSplit.Train, 500, 0.1));
        request.Parts.ShouldBe([EvaluationPart.Raw, EvaluationPart.Checkpoint]);
        (request.Pictures, request.RepeatShare).ShouldBe((400, 0.2));
        request.Seeds.ShouldBe([3UL, 1UL]);
        request.Options.Objective.Temperature.ShouldBe(0.2);
    }

    [Fact]
    public async Task Run_ReportOnly_TakesDefaults()
    {
        (await RunAsync("evaluate fashion-mnist --report r.json")).ShouldBe(0);

        var request = _runner.Request!;
        (request.DataDirectory, request.Seeds, request.Steps, request.Split, request.BankRows, request.LabelShare).ShouldBe((null, null, null, EvaluationSplit.Test, null, 1.0));
        (request.Pictures, request.RepeatShare).ShouldBe((null, 0.0));
        request.Parts.ShouldBeNull();
    }

    [Theory]
    [InlineData("evaluate fashion-mnist", "Option '--report' is required.")]
    [InlineData("evaluate fashion-mnist --report r --parts raw,best", "--parts holds 'best'; allowed: raw, untrained, streamed, offline, supervised, checkpoint, estimator, rawCentred, plain, clusterGuided, adaptiveWeighting, both, edits, tfIdf, unlabelled, supCon.")]
    [InlineData("evaluate fashion-mnist --report r --seeds 1,-2", "--seeds holds '-2'; allowed are whole numbers from 0, comma-separated, such as 1,2,3.")]
    [InlineData("evaluate fashion-mnist --report r --split both", "--split holds 'both'; allowed: test, train.")]
    [InlineData("evaluate fashion-mnist --report r --labels 1.5", "--labels is '1.5'; allowed is a share above 0 and at most 1, such as 0.1.")]
    [InlineData("evaluate fashion-mnist --report r --labels 0", "--labels is '0'; allowed is a number above 0, such as 0.5.")]
    [InlineData("evaluate fashion-mnist --report r --repeats 2", "--repeats is '2'; allowed is a share above 0 and at most 1, such as 0.2.")]
    [InlineData("evaluate fashion-mnist --report r --steps 0", "--steps is '0'; allowed is a whole number from 1.")]
    public async Task Run_WrongOption_ExitsTwoAndSaysWhatIsAllowed(string line, string message)
    {
        (await RunAsync(line)).ShouldBe(2);

        _fixture.Error.ToString().ShouldContain(message);
        _runner.Request.ShouldBeNull();
    }

    private Task<int> RunAsync(string line) => _fixture.RunAsync([EvaluateCommand.Create(_fixture.Context, _runner)], line.Split(' '));

    private sealed class RecordingRunner : IEvaluationRunner
    {
        public EvaluationRequest? Request { get; private set; }

        public Task<int> RunAsync(EvaluationRequest request, ProgramContext context, CancellationToken cancellation)
        {
            Request = request;
            return Task.FromResult(ExitCodes.Ok);
        }
    }
}
