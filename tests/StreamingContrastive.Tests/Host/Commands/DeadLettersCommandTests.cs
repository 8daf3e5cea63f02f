namespace StreamingContrastive.Tests.Host.Commands;

public sealed class DeadLettersCommandTests
{
    private readonly CommandFixture _fixture = new();

    [Theory]
    [InlineData("dead-letters show records-17", "POSITION is 'records-17'; allowed is TOPIC/PARTITION/OFFSET")]
    [InlineData("dead-letters list --since yesterday", "--since is 'yesterday'; allowed is a time with its zone")]
    [InlineData("dead-letters list --since 2026-01-31T08:00:00", "allowed is a time with its zone")]
    [InlineData("dead-letters list --limit 0", "--limit is '0'")]
    [InlineData("dead-letters replay --max-replays many", "--max-replays is 'many'")]
    [InlineData("dead-letters replay --yess", "there is no option --yess. Did you mean --yes?")]
    public async Task Run_WrongUsage_SaysWhyAndExitsTwo(string line, string message)
    {
        (await _fixture.RunAsync(line.Split(' '))).ShouldBe(2);

        _fixture.Error.ToString().ShouldContain(message);
    }
}
