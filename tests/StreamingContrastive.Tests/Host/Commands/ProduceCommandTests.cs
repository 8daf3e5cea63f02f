namespace StreamingContrastive.Tests.Host.Commands;

public sealed class ProduceCommandTests
{
    private readonly CommandFixture _fixture = new();

    [Theory]
    [InlineData("produce intents --topic t --edits 3", "--edits makes hard negatives of emoji's texts, and DATASET is intents. Leave --edits out, or produce emoji.")]
    [InlineData("produce emoji --topic t --edits 0", "--edits is '0'; allowed is a whole number from 1 to 256.")]
    [InlineData("produce emoji --topic t --edits 257", "--edits is '257'; allowed is a whole number from 1 to 256.")]
    [InlineData("produce emoji --topic t --records 3 --passes 2", "--records and --passes both say how much is written: give one of them.")]
    public async Task Run_WrongOptions_ExitsTwoAndSaysWhy(string line, string message)
    {
        (await _fixture.RunAsync(line.Split(' '))).ShouldBe(2);

        _fixture.Error.ToString().ShouldContain(message);
    }
}
