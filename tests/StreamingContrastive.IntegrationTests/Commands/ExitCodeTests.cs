namespace StreamingContrastive.IntegrationTests.Commands;

public sealed class ExitCodeTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("describe --help")]
    [InlineData("broker --help")]
    [InlineData("produce --help")]
    [InlineData("tail --help")]
    [InlineData("topics ensure --help")]
    [InlineData("checkpoint export --help")]
    public async Task Help_OfACommand_ExitsZero(string line)
    {
        var result = await ProgramProcess.RunAsync(line.Split(' '));

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldContain("Examples:\n  streaming-contrastive ");
    }

    [Fact]
    public async Task Describe_UnknownKey_NamesItAndExitsTwo()
    {
        var result = await ProgramProcess.RunAsync("describe", "fashion-mnist", "--set", "training:batchsiz=3");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldStartWith("streaming-contrastive: training:batchsiz (--set) is unknown. Did you mean batchSize? Keys of training: batchSize, ");
        result.Output.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("topics list")]
    [InlineData("topics ensure fashion-mnist")]
    [InlineData("produce fashion-mnist --topic records")]
    [InlineData("tail --pipeline fashion-mnist")]
    public async Task Command_DeadBroker_NamesTheAddressAndExitsOneInTime(string line)
    {
        // Nothing listens on port 1 of loopback: the connection is refused at once, and tried again until the timeout.
        string[] arguments = [.. line.Split(' '), "--bootstrap", "127.0.0.1:1", "--connect-timeout", "1s"];
        var begin = TimeProvider.System.GetTimestamp();

        var result = await ProgramProcess.RunAsync(arguments);

        result.ExitCode.ShouldBe(1, result.Error);
        result.Error.ShouldContain("127.0.0.1:1");
        result.Error.ShouldNotContain("   at ");
        TimeProvider.System.GetElapsedTime(begin).ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("kafka:client:sasl.password.file=/nowhere/secret", "/nowhere/secret")]
    [InlineData("kafka:client:group.id=x", "input:groupId")]
    public async Task Command_ImpossibleKafkaSetting_ExitsTwo(string set, string message)
    {
        var result = await ProgramProcess.RunAsync("topics", "list", "--bootstrap", "127.0.0.1:1", "--set", set);

        result.ExitCode.ShouldBe(2, result.Error);
        result.Error.ShouldContain(message);
    }
}
