using System.CommandLine;
using StreamingContrastive.Host.Operations;
using StreamingContrastive.Host.Web;
using StreamingContrastive.Pipeline.Operations;

namespace StreamingContrastive.Host.Commands;

/// <summary><c>cluster status</c>, <c>pause</c>, <c>resume</c>, <c>checkpoint</c> and <c>step-down</c>, against any node.</summary>
internal static class ClusterCommand
{
    private const string Token = "They change what runs, so the node must have a token (--web-token-file), also on loopback.";

    /// <summary>The command with its subcommands.</summary>
    public static Command Create(ProgramContext context) =>
        new TeachingCommand("cluster", "Look at and operate a running pipeline, through the web port of any of its nodes.")
        {
            Notes =
            [
                "Every node that runs with --web answers for the whole cluster; a pipeline in one process answers too.",
                "The commands are HTTP: a node inside of a network is reached by forwarding its port (ssh -L, kubectl port-forward).",
            ],
            Examples = ["cluster status", "cluster checkpoint --node 127.0.0.1:5081 --web-token-file token", "cluster step-down"],
            Subcommands =
            {
                Status(context),
                Operation(context, "pause", PipelineOperation.Pause, "Grant no more credit: training stops when what was granted is trained.", "A pause ends with 'cluster resume', and when another trainer takes over.", Token),
                Operation(context, "resume", PipelineOperation.Resume, "Grant credit again.", Token),
                Operation(context, "checkpoint", PipelineOperation.Checkpoint, "Take a checkpoint now, publish its outputs, and wait until it is durable.", Token),
                Operation(
                    context, "step-down", PipelineOperation.StepDown, "Hand the trainer over to a standby: drain, checkpoint, publish, leave.",
                    "Refused where no standby is a member. The node joins again as a standby.", Token),
            },
        };

    private static TeachingCommand Status(ProgramContext context)
    {
        var command = new TeachingCommand("status", "Members, roles, partitions of each node, rates, lag, credits, epoch, model version.")
        {
            Notes = ["Exit code 1 when no trainer answers."],
            Examples = ["cluster status", "cluster status --node 127.0.0.1:5081"],
        };
        var node = new NodeSelection(command);
        command.SetAction(async (parse, cancellation) =>
        {
            using var client = node.Open(parse, context);
            var status = await client.StatusAsync(cancellation).ConfigureAwait(false);
            foreach (var line in StatusText.Lines(status))
            {
                await context.Out.WriteLineAsync(line).ConfigureAwait(false);
            }

            return status.Trainer is null ? ExitCodes.Failed : ExitCodes.Ok;
        });
        return command;
    }

    private static TeachingCommand Operation(ProgramContext context, string name, PipelineOperation operation, string summary, params string[] notes)
    {
        var command = new TeachingCommand(name, summary) { Notes = notes, Examples = [$"cluster {name}", $"cluster {name} --node 127.0.0.1:5081 --web-token-file token"] };
        var node = new NodeSelection(command);
        command.SetAction(async (parse, cancellation) =>
        {
            using var client = node.Open(parse, context);
            var result = await client.DoAsync(operation, cancellation).ConfigureAwait(false);
            await (result.IsDone ? context.Out : context.Error).WriteLineAsync(Terminal.SafeText.Line(result.Text)).ConfigureAwait(false);
            return result.IsDone ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }

    /// <summary>Which node, and its token.</summary>
    private sealed class NodeSelection
    {
        private readonly Option<string> _node = new("--node")
        {
            Description = $"Web address of a node. Default {WebAddress.Default}.",
            HelpName = "ADDRESS",
            DefaultValueFactory = _ => WebAddress.Default.ToString(),
        };

        private readonly Option<string?> _tokenFile = new("--web-token-file") { Description = $"File with the node's token; {WebSettings.TokenVariable} does the same.", HelpName = "FILE" };

        private readonly Option<bool> _insecure = new("--insecure-network") { Description = "Let the token cross a network in clear text." };

        public NodeSelection(Command command)
        {
            command.Add(_node);
            command.Add(_tokenFile);
            command.Add(_insecure);
        }

        public OperationsClient Open(ParseResult parse, ProgramContext context) =>
            new(parse.GetRequiredValue(_node), WebSelection.Token(parse.GetValue(_tokenFile), context), parse.GetValue(_insecure));
    }
}
