using System.CommandLine;
using Microsoft.Extensions.Time.Testing;
using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Configuration;

namespace StreamingContrastive.Tests.Host.Commands;

/// <summary>Runs command lines in this process and keeps what they print.</summary>
internal sealed class CommandFixture
{
    public StringWriter Out { get; } = new();

    public StringWriter Error { get; } = new();

    public ProgramContext Context => new(Out, Error, new Dictionary<string, string>(), PipelineFiles.OfThisProcess(), new FakeTimeProvider());

    public Task<int> RunAsync(IEnumerable<Command> commands, params string[] arguments) =>
        new CommandLineProgram(Context, commands).RunAsync(arguments, TestContext.Current.CancellationToken);

    public Task<int> RunAsync(params string[] arguments) => RunAsync(CommandSet.Create(Context), arguments);
}
