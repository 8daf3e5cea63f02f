using System.CommandLine;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Contracts;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Kafka.Topics;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Host.Commands;

/// <summary><c>produce</c>: a data set as a stream.</summary>
internal static class ProduceCommand
{
    private const string FashionMnist = "fashion-mnist";
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
                "More --records than there are pictures begins again with the first one, under the same keys.",
                "The embedded broker keeps 5 MiB a partition: use --rate, or many partitions, so that nothing is dropped before it is read.",
            ],
            Examples =
            [
                "produce fashion-mnist --topic records",
                "produce fashion-mnist --topic records-held-out --held-out",
                "produce fashion-mnist --topic records --data /usr/share/datasets/fashion-mnist --rate 500 --bootstrap kafka-1:9092",
            ],
        };
        var dataset = new Argument<string>("DATASET") { Description = "fashion-mnist" };
        dataset.AcceptOnlyFromAmong(FashionMnist);
        var topic = new Option<string>("--topic") { Description = "Topic to write to.", HelpName = "T", Required = true };
        var records = CommonOptions.PositiveCount("--records", "Records to write. Default: every picture once.");
        var rate = CommonOptions.PositiveNumber("--rate", "Records a second. Default: as fast as the broker takes them.");
        var data = new Option<string?>("--data") { Description = "Folder with the full set, as Debian's dataset-fashion-mnist installs it.", HelpName = "DIR" };
        var heldOut = new Option<bool>("--held-out") { Description = "The pictures that are held out instead of those to learn from." };
        var connection = new ConnectionOptions(command);
        command.Add(dataset);
        foreach (var option in (Option[])[topic, records, rate, data, heldOut])
        {
            command.Add(option);
        }

        command.SetAction((parse, cancellation) =>
        {
            var kafka = connection.Load(parse, context);
            var set = parse.GetValue(data) is { } directory ? FashionMnistDataset.FromDirectory(directory) : FashionMnistDataset.Bundled();
            var pictures = parse.GetValue(heldOut) ? set.HeldOut : set.Stream;
            var request = new ProduceRequest(
                kafka,
                pictures,
                parse.GetRequiredValue(topic),
                parse.GetValue(records) ?? pictures.Count,
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
                await producer.ProduceAsync([.. Enumerable.Range(0, count).Select(n => Record(request, (int)((i + n) % request.Pictures.Count)))], cancellation).ConfigureAwait(false);
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
            $"{producer.Acknowledged} records of {request.Pictures.Name} to {request.Topic} in {seconds:0.0} s")).ConfigureAwait(false);
        return ExitCodes.Ok;
    }

    private static OutputRecord Record(ProduceRequest request, int index) => new(
        request.Topic,
        Encoding.UTF8.GetBytes(index.ToString(CultureInfo.InvariantCulture)),
        request.Pictures.Picture(index).ToArray(),
        [new RecordHeader(HeaderNames.Label, Encoding.UTF8.GetBytes(request.Pictures.Labels[index].ToString(CultureInfo.InvariantCulture)))],
        -1);

    private sealed record ProduceRequest(KafkaOptions Kafka, LabelledPictures Pictures, string Topic, long Records, double? Rate, bool Verbose);
}
