using System.CommandLine;
using StreamingContrastive.Host.Commands;

namespace StreamingContrastive.Tests.Host.Commands;

public sealed class CommandLineProgramTests
{
    private readonly CommandFixture _fixture = new();

    public static TheoryData<string> AllCommands => [.. Paths(new CommandLineProgram(new CommandFixture().Context, CommandSet.Create(new CommandFixture().Context)).Root, "")];

    [Theory]
    [MemberData(nameof(AllCommands))]
    public async Task Run_HelpOfEveryCommand_TeachesAndExitsZero(string path)
    {
        (await _fixture.RunAsync([.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"])).ShouldBe(0);

        _fixture.Out.ToString().ShouldContain("Usage:");
        _fixture.Out.ToString().ShouldContain("Examples:\n  streaming-contrastive " + path);
        _fixture.Error.ToString().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "Required command was not provided.")]
    [InlineData("bogus", "Unrecognized command or argument 'bogus'.")]
    [InlineData("describe --configuraton", "there is no option --configuraton. Did you mean --configuration?")]
    [InlineData("describe a b", "Unrecognized command or argument 'b'.")]
    [InlineData("describe nowhere.json", "There is no pipeline file nowhere.json.")]
    [InlineData("describe --set seed=x", "seed = \"x\" (--set) is not allowed.")]
    [InlineData("broker --topic a:1 --port abc", "--port is 'abc'; allowed is 1 to 65535, or 0 for a free one.")]
    [InlineData("broker --topic a:1 --brokers x", "--brokers is 'x'; allowed is 1 to ")]
    [InlineData("certificates create d --node n --days 0", "--days is '0'; allowed is 1 to ")]
    [InlineData("demo --poison x", "--poison x is not allowed. Allowed: a number from 0 to 0.4")]
    [InlineData("describe --bootstrap a:0", "\"a:0\" is no broker address.")]
    public async Task Run_WrongUsage_SaysWhyAndExitsTwo(string line, string message)
    {
        (await _fixture.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ShouldBe(2);

        _fixture.Error.ToString().ShouldContain(message);
        _fixture.Error.ToString().ShouldNotContain("   at ");
        _fixture.Out.ToString().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_CommandThatFails_ExitsOneAndShowsTheStackOnlyWhenVerbose(bool verbose)
    {
        var command = new Command("fail");
        command.SetAction(int (_) => throw new InvalidOperationException("The disk is full.", new IOException("No space left on device.")));

        (await _fixture.RunAsync([command], verbose ? ["fail", "--verbose"] : ["fail"])).ShouldBe(1);

        var error = _fixture.Error.ToString();
        error.ShouldContain("The disk is full.");
        error.ShouldContain("No space left on device.");
        error.Contains("   at ", StringComparison.Ordinal).ShouldBe(verbose);
    }

    private static IEnumerable<string> Paths(Command command, string path) =>
        command.Subcommands.SelectMany(c => Paths(c, $"{path} {c.Name}".Trim())).Prepend(path).Where(p => command.Subcommands.Count > 0 || p.Length > 0);
}
