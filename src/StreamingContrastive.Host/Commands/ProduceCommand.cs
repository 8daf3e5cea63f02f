using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Contracts.Records;
using StreamingContrastive.Host.Commands.Produce;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Kafka.Topics;

namespace StreamingContrastive.Host.Commands;

/// <summary><c>produce</c>: a data set as a stream.</summary>
internal static class ProduceCommand
{
    private const int BatchesPerSecond = 20;
    private const int MaxBatch = 512;

    /// <summary>The command.</summary>
    public static Command Create(ProgramContext context)
    {
        var command = new TeachingCommand("produce", "Write a data set to a topic, as a stream to try a pipeline on.")
        {
            Notes =
            [
                "fashion-mnist: 28x28 grey pictures. Key: the picture's index as decimal text; value: 784 raw bytes; header label: its class, 0 to 9.",
                "Bundled are 10,000 pictures: 8,000 to learn from and 2,000 held out. --data DIR takes the full 60,000 and 10,000.",
                "emoji: 1,911 emoji, a fifth held out. Key: the index; value: a Record message of the parts twitter and google (32x32 PNG) and text (name and tags); header label: the category, 0 to 9.",
                "emoji --edits N: a record whose text says a number, a colour, a direction or a negation brings up to N texts that say another one, as hard negatives; input:parts:2:hardNegatives = N takes them.",
                "intents: BANKING77's 10,003 questions of 77 intents, 3,080 held out; not bundled, --data DIR names the folder of train.csv and test.csv. Key: the index; value: JSON with text and label.",
                "More --records, or --passes, than one pass begin again, under the same keys; emoji in another order each time.",
                "The embedded broker keeps 5 MiB a partition: use --rate, or many partitions, so that nothing is dropped before it is read.",
            ],
            Examples =
            [
                "produce fashion-mnist --topic records",
                "produce fashion-mnist --topic records-held-out --held-out",
                "produce fashion-mnist --topic records --data /usr/share/datasets/fashion-mnist --rate 500 --bootstrap kafka-1:9092",
                "produce emoji --topic emoji --passes 40 --rate 500",
                "produce emoji --topic emoji-held-out --held-out",
                "produce emoji --topic emoji --passes 40 --rate 500 --edits 8",
                "produce intents --topic intents --data banking77",
            ],
        };
        var dataset = new Argument<string>("DATASET") { Description = string.Join(" or ", ProducedDatasets.Names) };
        dataset.AcceptOnlyFromAmong([.. ProducedDatasets.Names]);
        var topic = new Option<string>("--topic") { Description = "Topic to write to.", HelpName = "T", Required = true };
        var records = CommonOptions.PositiveCount("--records", "Records to write. Default: every one once.");
        var passes = CommonOptions.PositiveCount("--passes", "Passes over the data set, instead of --records.");
        var rate = CommonOptions.PositiveNumber("--rate", "Records a second. Default: as fast as the broker takes them.");
        var data = new Option<string?>("--data") { Description = "Folder with the data set instead of the bundled one, such as the full Fashion-MNIST of Debian's dataset-fashion-mnist.", HelpName = "DIR" };
        var heldOut = new Option<bool>("--held-out") { Description = "The part that is held out instead of the one to learn from." };
        var edits = CommonOptions.PositiveCount("--edits", $"Emoji only: most edits of its text that a record brings as hard negatives, at most {RecordCodec.MaxHardNegatives}. Default: none.", RecordCodec.MaxHardNegatives);
        var connection = new ConnectionOptions(command);
        command.Add(dataset);
        foreach (var option in (Option[])[topic, records, passes, rate, data, heldOut, edits])
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetResult(records) is { Implicit: false } && result.GetResult(passes) is { Implicit: false })
            {
                result.AddError("--records and --passes both say how much is written: give one of them.");
            }

            if (result.GetResult(edits) is { Implicit: false } && result.GetValue(dataset) is { } other && other != ProducedDatasets.Emoji)
            {
                result.AddError($"--edits makes hard negatives of emoji's texts, and DATASET is {other}. Leave --edits out, or produce {ProducedDatasets.Emoji}.");
            }
        });
        command.SetAction((parse, cancellation) =>
        {
            var kafka = connection.Load(parse, context);
            var set = ProducedDatasets.Load(parse.GetRequiredValue(dataset), parse.GetValue(data), parse.GetValue(heldOut), (int)(parse.GetValue(edits) ?? 0));
            var request = new ProduceRequest(
                kafka,
                set,
                parse.GetRequiredValue(topic),
                parse.GetValue(records) ?? ((parse.GetValue(passes) ?? 1) * set.Count),
                parse.GetValue(rate),
                parse.GetValue<bool>(CommandLineProgram.VerboseOption));
            return RunAsync(request, context, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(ProduceRequest request, ProgramContext context, CancellationToken cancellation)
    {
        using var log = ProgramContext.CreateLog(request.Verbose);
        var logger = log.CreateLogger("Kafka");
        await BrokerProbe.ConnectAsync(request.Kafka, logger, context.Clock, cancellation).ConfigureAwait(false);
        using var producer = new RecordProducer(request.Kafka, TeachingHelp.Program, logger, context.Clock);
        var pace = new Pace(request.Rate, context.Clock);
        try
        {
            // A twentieth of a second's records at a time: smooth for the reader, few round trips for the broker.
            var batch = (int)Math.Clamp((request.Rate ?? MaxBatch * BatchesPerSecond) / BatchesPerSecond, 1, MaxBatch);
            for (var i = 0L; i < request.Records; i += batch)
            {
                await pace.WaitAsync(i, cancellation).ConfigureAwait(false);
                var count = (int)Math.Min(batch, request.Records - i);
                await producer.ProduceAsync([.. Enumerable.Range(0, count).Select(n => request.Data.Message(request.Topic, i + n))], cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await context.Error.WriteLineAsync($"Stopped: {producer.Acknowledged} of {request.Records} records were acknowledged by {request.Topic}.").ConfigureAwait(false);
            return ExitCodes.Failed;
        }

        var seconds = pace.Elapsed.TotalSeconds;
        await context.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{producer.Acknowledged} records of {request.Data.Name} to {request.Topic} in {seconds:0.0} s")).ConfigureAwait(false);
        return ExitCodes.Ok;
    }

    private sealed record ProduceRequest(KafkaOptions Kafka, ProducedRecords Data, string Topic, long Records, double? Rate, bool Verbose);
}
