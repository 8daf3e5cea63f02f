using System.CommandLine;
using System.Globalization;
using StreamingContrastive.Pipeline.Checkpoints;

namespace StreamingContrastive.Host.Commands;

/// <summary><c>checkpoint list</c>, <c>verify</c> and <c>export</c>. None of them changes anything, and a trainer may be at work beside them.</summary>
internal static class CheckpointCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create(ProgramContext context) =>
        new TeachingCommand("checkpoint", "Look at, check and copy checkpoints.")
        {
            Examples = ["checkpoint list fashion-mnist", "checkpoint verify state/fashion-mnist", "checkpoint export fashion-mnist model-7"],
            Subcommands = { List(context), Verify(context), Export(context) },
        };

    private static TeachingCommand List(ProgramContext context)
    {
        var command = new TeachingCommand("list", "List checkpoints, oldest first.")
        {
            Notes = ["'orphan' marks one outside of the surviving lineage, 'announced' one whose outputs are known to be published."],
            Examples = ["checkpoint list fashion-mnist", "checkpoint list /var/lib/streaming-contrastive/photos"],
        };
        var source = new CheckpointSource(command);
        command.SetAction(async (parse, cancellation) =>
        {
            foreach (var checkpoint in source.Open(parse, context).List())
            {
                cancellation.ThrowIfCancellationRequested();
                await context.Out.WriteLineAsync(Line(checkpoint)).ConfigureAwait(false);
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static TeachingCommand Verify(ProgramContext context)
    {
        var command = new TeachingCommand("verify", "Check every byte of checkpoints against their manifests.")
        {
            Notes = ["Exit code 1 when one is damaged. A start skips a damaged checkpoint and takes the one before."],
            Examples = ["checkpoint verify fashion-mnist", "checkpoint verify fashion-mnist --checkpoint 0000000001-000000000200"],
        };
        var source = new CheckpointSource(command);
        command.SetAction(async (parse, cancellation) =>
        {
            var store = source.Open(parse, context);
            var damaged = 0;
            foreach (var name in source.Chosen(parse) is { } one ? [one] : store.List().Select(c => c.Name))
            {
                cancellation.ThrowIfCancellationRequested();
                var found = store.Verify(name);
                damaged += found.IsWhole ? 0 : 1;
                await context.Out.WriteLineAsync(found.IsWhole ? $"{name}  whole" : $"{name}  damaged: {string.Join(" ", found.Problems)}").ConfigureAwait(false);
            }

            return damaged == 0 ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }

    private static TeachingCommand Export(ProgramContext context)
    {
        var command = new TeachingCommand("export", "Copy a whole checkpoint into a new directory, verified.")
        {
            Notes = ["The weights are safetensors files; the ResNets' names are torchvision's. Without --checkpoint the newest of the lineage is taken."],
            Examples = ["checkpoint export fashion-mnist model-7"],
        };
        var source = new CheckpointSource(command);
        var target = new Argument<string>("TO") { Description = "Directory to create." };
        command.Add(target);
        command.SetAction(async (parse, _) =>
        {
            var store = source.Open(parse, context);
            var name = source.Chosen(parse) ?? Newest(store);
            var to = parse.GetRequiredValue(target);
            store.Export(name, to);
            await context.Out.WriteLineAsync($"{name} -> {to}").ConfigureAwait(false);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static CheckpointName Newest(CheckpointStore store) => store.List().LastOrDefault(c => c is { InLineage: true, Problem: null })?.Name
        ?? throw new InvalidOperationException($"{store.Root} holds no readable checkpoint of the lineage. 'checkpoint list' shows what there is.");

    private static string Line(CheckpointListing checkpoint)
    {
        var marks = string.Concat(checkpoint.Announced ? "  announced" : "", checkpoint.InLineage ? "" : "  orphan");
        return checkpoint.Manifest is { } m
            ? string.Create(CultureInfo.InvariantCulture, $"{checkpoint.Name}  {m.CreatedAt:yyyy-MM-ddTHH:mm:ssZ}  model {m.ModelVersion}  consumed {m.Counters.Consumed}  {m.Files.Sum(f => f.Bytes)} bytes{marks}")
            : $"{checkpoint.Name}  unreadable: {checkpoint.Problem}{marks}";
    }
}
