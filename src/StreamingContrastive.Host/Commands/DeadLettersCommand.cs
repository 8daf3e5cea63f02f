using System.CommandLine;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Host.Commands.DeadLetters;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Output;

namespace StreamingContrastive.Host.Commands;

/// <summary><c>dead-letters list</c>, <c>show</c> and <c>replay</c>: the records that a pipeline could not train on.</summary>
internal static class DeadLettersCommand
{
    private const int DefaultLines = 20;
    private const int DefaultBytes = 256;
    private const int MaxLines = 10_000;
    private const int MaxBytes = 1024 * 1024;
    private const int DefaultMaxReplays = 3;

    /// <summary>The command with its subcommands.</summary>
    public static Command Create(ProgramContext context) =>
        new TeachingCommand("dead-letters", "Look at the records that could not be trained on, and send them again.")
        {
            Examples = ["dead-letters list --pipeline fashion-mnist", "dead-letters show records/0/17", "dead-letters replay --since 2h --yes"],
            Subcommands = { List(context), Show(context), Replay(context) },
        };

    private static TeachingCommand List(ProgramContext context)
    {
        var command = new TeachingCommand("list", "Count dead letters by stage and reason, and show the newest.")
        {
            Notes =
            [
                "Stages: validate (key, label), decode (the value), augment (views), train (a step on it went wrong).",
                "A record that was refused again after a crash has several letters with one id: it counts once.",
                "Reads with no consumer group and commits nothing. Control characters of keys, headers and messages are shown as \\u{HEX}.",
            ],
            Examples = ["dead-letters list --pipeline fashion-mnist", "dead-letters list --pipeline my.json --since 24h --stage decode --limit 50 --json"],
        };
        var pipeline = new PublishedPipelineOption(command);
        var filter = new LetterFilterOptions(command, context.Clock);
        var limit = CommonOptions.PositiveCount("--limit", $"Newest letters to show, at most {MaxLines}. Default {DefaultLines}.");
        var json = new Option<bool>("--json") { Description = "One JSON object." };
        command.Add(limit);
        command.Add(json);
        command.SetAction((parse, cancellation) => WithTopicAsync(parse, pipeline.Resolve(parse, context), context, async topic =>
        {
            await topic.ConnectAsync(cancellation).ConfigureAwait(false);
            var chosen = filter.Of(parse);
            var summary = new LetterSummary((int)Math.Min(parse.GetValue(limit) ?? DefaultLines, MaxLines), new SeenPositions());
            await Task.Run(
                () =>
                {
                    foreach (var letter in topic.Read(cancellation).Where(chosen.Admits))
                    {
                        summary.Add(letter);
                    }
                },
                cancellation).ConfigureAwait(false);
            await context.Out.WriteAsync(parse.GetValue(json)
                ? LetterList.Json(topic.Name, summary, topic.Unreadable)
                : LetterList.Text(topic.Name, summary, topic.Unreadable)).ConfigureAwait(false);
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static TeachingCommand Show(ProgramContext context)
    {
        var command = new TeachingCommand("show", "Show one dead letter: reason, key, headers, first bytes of the value.")
        {
            Notes = ["Exit code 1 when there is no such letter. Bytes are shown as hexadecimal with their printable ASCII; nothing of them reaches the terminal as it is."],
            Examples = ["dead-letters show records/0/17", "dead-letters show fashion-mnist.dead-letters/2/5 --bytes 4096", "dead-letters show records/0/17 --pipeline my.json --json"],
        };
        var position = new Argument<string>("POSITION") { Description = "TOPIC/PARTITION/OFFSET of the record, as list shows it, or of the letter itself." };
        position.Validators.Add(result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (!LetterPosition.TryParse(text, out _))
            {
                result.AddError($"POSITION is '{text}'; allowed is TOPIC/PARTITION/OFFSET, such as records/0/17.");
            }
        });
        command.Add(position);
        var pipeline = new PublishedPipelineOption(command);
        var bytes = CommonOptions.PositiveCount("--bytes", $"Bytes of the value to show, at most {MaxBytes}. Default {DefaultBytes}.");
        var json = new Option<bool>("--json") { Description = "One JSON object; bytes as base64." };
        command.Add(bytes);
        command.Add(json);
        command.SetAction((parse, cancellation) => WithTopicAsync(parse, pipeline.Resolve(parse, context), context, async topic =>
        {
            await topic.ConnectAsync(cancellation).ConfigureAwait(false);
            if (!LetterPosition.TryParse(parse.GetRequiredValue(position), out var wanted))
            {
                throw new UsageException("POSITION is TOPIC/PARTITION/OFFSET, such as records/0/17.");
            }

            var letter = await Task.Run(
                () => topic.Read(cancellation).FirstOrDefault(l => wanted == (wanted.Topic == topic.Name ? l.Position : l.Letter.Source)), cancellation).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"{topic.Name} holds no letter of {wanted}. 'dead-letters list' shows what there is; retention may have taken it.");
            var shown = (int)Math.Min(parse.GetValue(bytes) ?? DefaultBytes, MaxBytes);
            await context.Out.WriteAsync(parse.GetValue(json) ? LetterDetail.Json(letter, shown) : LetterDetail.Text(letter, shown)).ConfigureAwait(false);
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static TeachingCommand Replay(ProgramContext context)
    {
        var command = new TeachingCommand("replay", "Send the records of dead letters again: key, value and headers as they were.")
        {
            Notes =
            [
                "Without --yes nothing is sent: it says what would be. Mend the cause first (input:payload, the producer), else they come back as letters.",
                "Records go to input:topic, where they came from, or to --topic. The dead-letter-* headers are taken off; replay-count and replay-of are put on.",
                "A record that came back as a letter is sent again until its replay-count reaches --max-replays.",
                "The letters stay where they are: a second replay sends them a second time, and their records are trained a second time. --since tells old from new.",
            ],
            Examples =
            [
                "dead-letters replay --pipeline fashion-mnist --stage decode",
                "dead-letters replay --pipeline fashion-mnist --stage decode --since 2h --yes",
                "dead-letters replay --pipeline my.json --topic records-repaired --limit 100 --yes",
            ],
        };
        var pipeline = new PublishedPipelineOption(command);
        var filter = new LetterFilterOptions(command, context.Clock);
        var topic = new Option<string?>("--topic") { Description = "Topic to send to. Default: input:topic of the pipeline.", HelpName = "T" };
        var limit = CommonOptions.PositiveCount("--limit", "Most records to send. Default: all.");
        var replays = CommonOptions.PositiveCount("--max-replays", $"Leave a record that was sent again this often. Default {DefaultMaxReplays}.");
        var yes = new Option<bool>("--yes") { Description = "Send." };
        foreach (var option in (Option[])[topic, limit, replays, yes])
        {
            command.Add(option);
        }

        command.SetAction((parse, cancellation) =>
        {
            var options = pipeline.Resolve(parse, context);
            var most = parse.GetValue(replays) ?? DefaultMaxReplays;
            var plan = new ReplayPlan(filter.Of(parse), options.Input.Topic, parse.GetValue(topic), most, new SeenPositions());
            return ReplayAsync(parse, options, context, plan, (parse.GetValue(limit) ?? long.MaxValue, most, parse.GetValue(yes)), cancellation);
        });
        return command;
    }

    private static Task<int> ReplayAsync(
        ParseResult parse, PipelineOptions options, ProgramContext context, ReplayPlan plan, (long Limit, long MaxReplays, bool Send) how, CancellationToken cancellation) =>
        WithTopicAsync(parse, options, context, async topic =>
        {
            var cluster = await topic.ConnectAsync(cancellation).ConfigureAwait(false);
            if (!cluster.Topics.Any(t => t.Name == plan.Target))
            {
                throw new InvalidOperationException($"There is no topic {plan.Target} to send to. Create it first, or name another with --topic.");
            }

            using var log = ProgramContext.CreateLog(parse.GetValue<bool>(CommandLineProgram.VerboseOption));
            using var producer = how.Send ? new RecordProducer(options.Kafka, TeachingHelp.Program, log.CreateLogger("Kafka"), context.Clock) : null;
            var replay = new LetterReplay(plan, producer, how.Limit);
            try
            {
                await Task.Run(() => replay.RunAsync(topic.Read(cancellation), cancellation), cancellation).ConfigureAwait(false);
            }
            catch (Exception) when (producer is not null)
            {
                // Whatever it was: who repeats the command has to know that some are there already.
                await context.Error.WriteLineAsync($"Stopped after {producer.Acknowledged} records that {plan.Target} has acknowledged.").ConfigureAwait(false);
                throw;
            }

            foreach (var line in replay.Report(topic.Name, how.MaxReplays))
            {
                await context.Out.WriteLineAsync(line).ConfigureAwait(false);
            }

            return ExitCodes.Ok;
        });

    private static async Task<int> WithTopicAsync(ParseResult parse, PipelineOptions options, ProgramContext context, Func<LetterTopic, Task<int>> work)
    {
        using var log = ProgramContext.CreateLog(parse.GetValue<bool>(CommandLineProgram.VerboseOption));
        return await work(new LetterTopic(options, context, log)).ConfigureAwait(false);
    }
}
