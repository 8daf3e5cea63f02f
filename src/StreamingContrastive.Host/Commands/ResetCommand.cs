using System.CommandLine;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Hosting;

namespace StreamingContrastive.Host.Commands;

/// <summary><c>reset</c>: sends a pipeline back or forth on purpose, says first what that means, and asks.</summary>
internal static class ResetCommand
{
    /// <summary>The command.</summary>
    /// <param name="context">The world outside.</param>
    /// <param name="ask">Asks a person a question; null where nobody is there to answer.</param>
    public static Command Create(ProgramContext context, Func<string, string?>? ask)
    {
        var command = new TeachingCommand("reset", "Send a pipeline to another offset, time or checkpoint on purpose.")
        {
            Notes =
            [
                "To a checkpoint: its weights, queue and offsets; what came after is left behind. To an offset or time: the newest weights, other offsets.",
                "A time is looked up at the broker; without a zone it is UTC. The learning rate that a guard lowered is back at training:learningRate.",
                "Stop the pipeline first. One that is overlooked, on any machine, is stopped by the new lineage epoch before its next checkpoint.",
                "Without a terminal --yes is needed; the plan is printed either way.",
            ],
            Examples =
            [
                "reset fashion-mnist --to earliest",
                "reset fashion-mnist --to 0000000001-000000000200 --accept-rollback",
                "reset my.json --to 2026-01-31T12:00:00Z --yes",
                "reset my.json --to 1200 --partition 3",
            ],
        };
        var pipeline = new PipelineSelection(command, required: true);
        var options = new ResetOptions(command);
        command.SetAction(async (parse, cancellation) =>
        {
            var loaded = pipeline.Load(parse, context);
            var (target, partition) = options.Target(parse);
            using var logging = ProgramContext.CreateLog(parse.GetValue<bool>(CommandLineProgram.VerboseOption), LogLevel.Warning);
            var reset = PipelineReset.Open(loaded.Options, logging.CreateLogger("Kafka"), context.Clock);
            var plan = await reset.PlanAsync(target, partition, cancellation).ConfigureAwait(false);
            foreach (var line in ResetText.Of(plan))
            {
                await context.Out.WriteLineAsync(line).ConfigureAwait(false);
            }

            RequireNobodyAtWork(plan);
            Confirm(options.Yes(parse), ask);
            var name = reset.Apply(plan, options.AcceptRollback(parse));
            await context.Out.WriteLineAsync($"Done. The next start of {loaded.Options.Name} goes on from checkpoint {name}.").ConfigureAwait(false);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void RequireNobodyAtWork(ResetPlan plan)
    {
        if (plan.TrainerAtWork == true)
        {
            throw new ResetException($"Nothing was changed: the trainer of lineage epoch {plan.NewestEpoch!.Epoch} still runs here (process {plan.NewestEpoch.ProcessId}). Stop it with Ctrl-C or SIGTERM, which leaves a checkpoint, then reset.");
        }
    }

    private static void Confirm(bool yes, Func<string, string?>? ask)
    {
        if (yes)
        {
            return;
        }

        if (ask is null)
        {
            throw new UsageException("Nothing was changed: there is no terminal to ask at, so say --yes if that is meant.");
        }

        if (ask("Do that? Type yes: ")?.Trim() != "yes")
        {
            throw new ResetException("Nothing was changed.");
        }
    }
}
