using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace StreamingContrastive.Host.Commands;

/// <summary>The library's help, followed by a command's notes and examples.</summary>
internal sealed class TeachingHelp(HelpAction library) : SynchronousCommandLineAction
{
    /// <summary>The name that examples begin with.</summary>
    public const string Program = "streaming-contrastive";

    /// <summary>Notes of the root: what holds for every command.</summary>
    private static readonly string[] RootNotes =
    [
        "Options of a pipeline come from its file, then from environment variables STREAMING_CONTRASTIVE__SECTION__KEY, then from --set section:key=value; the last one wins.",
        "Exit codes: 0 done, 1 failed while running, 2 wrong usage or configuration.",
    ];

    private static readonly string[] RootExamples = ["describe fashion-mnist", "broker --port 9092 --topic records:12", "<command> --help"];

    /// <inheritdoc />
    public override bool ClearsParseErrors => true;

    /// <summary>Puts this help in the place of the library's, for the root and all commands below it.</summary>
    public static void Install(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new TeachingHelp((HelpAction)option.Action!);
    }

    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        var result = library.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var command = parseResult.CommandResult.Command;
        var (notes, examples) = command switch
        {
            TeachingCommand teaching => (teaching.Notes, teaching.Examples),
            RootCommand => (RootNotes, RootExamples),
            _ => ((IReadOnlyList<string>)[], []),
        };
        Write(output, "Notes:", notes);
        Write(output, "Examples:", [.. examples.Select(e => $"{Program} {e}")]);
        return result;
    }

    private static void Write(TextWriter output, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        output.WriteLine(title);
        foreach (var line in lines)
        {
            output.WriteLine("  " + line);
        }

        output.WriteLine();
    }
}
