using System.CommandLine;
using System.CommandLine.Invocation;

namespace StreamingContrastive.Host.Commands;

/// <summary>Parses, runs the command that is meant, and answers with an exit code. The only place that handles a command's failure.</summary>
internal sealed class CommandLineProgram
{
    /// <summary>Ctrl-C asks a command to drain and to leave a checkpoint: longer than that takes, so that it is not cut off.</summary>
    public static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(30);

    private readonly ProgramContext _context;
    private readonly RootCommand _root;

    /// <summary>A program with these commands.</summary>
    public CommandLineProgram(ProgramContext context, IEnumerable<Command> commands)
    {
        _context = context;
        _root = new RootCommand("Learns embeddings from Kafka topics while the data arrives, and publishes them back.")
        {
            new Option<bool>(VerboseOption) { Description = "Log debug messages, and show where a failure came from.", Recursive = true },
        };
        foreach (var command in commands)
        {
            _root.Add(command);
        }

        TeachingHelp.Install(_root);
    }

    /// <summary>Name of the option that every command has.</summary>
    public const string VerboseOption = "--verbose";

    /// <summary>The commands, for a test that asks all of them for help.</summary>
    public RootCommand Root => _root;

    /// <summary>Runs one command line.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var parse = _root.Parse(arguments);
        if (parse.Action is not TeachingHelp && UnknownOptions.In(parse) is { Count: > 0 } unknown)
        {
            return await RefuseAsync(parse, unknown).ConfigureAwait(false);
        }

        if (parse.Action is ParseErrorAction)
        {
            return await RefuseAsync(parse, parse.Errors.Select(e => e.Message)).ConfigureAwait(false);
        }

        var invocation = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TerminationTimeout,
            Output = _context.Out,
            Error = _context.Error,
        };
        try
        {
            return await parse.InvokeAsync(invocation, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            var text = FailureText.Of(failure, parse.GetValue<bool>(VerboseOption));
            await _context.Error.WriteLineAsync($"{TeachingHelp.Program}: {text}").ConfigureAwait(false);
            return FailureText.ExitCodeOf(failure);
        }
    }

    private async Task<int> RefuseAsync(ParseResult parse, IEnumerable<string> errors)
    {
        await _context.Error.WriteAsync(UsageErrorText.Of(parse, errors)).ConfigureAwait(false);
        return ExitCodes.Usage;
    }
}
