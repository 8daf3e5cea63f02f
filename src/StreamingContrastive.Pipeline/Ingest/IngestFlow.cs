using System.Runtime.ExceptionServices;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Pipeline.Ingest;

/// <summary>
/// The stream from the consumer's channel to the trainer: order, bounds and demand are its job, work is the actors'.
/// <code>
/// channel of chunks -> augment (n at once, in order) -> dead letters acknowledged -> credits -> trainer
/// </code>
/// Every stage holds at most as many chunks as it works on, so demand reaches the consumer thread.
/// </summary>
/// <param name="augmenters">Router over the augmentation actors.</param>
/// <param name="letters">Produces rejected records and waits for the acknowledgement.</param>
/// <param name="gate">Credits granted by the trainer.</param>
/// <param name="sent">What was let pass so far; said with every chunk.</param>
/// <param name="telemetry">Told how long each stage took, and what is in it.</param>
internal sealed class IngestFlow(IActorRef augmenters, DeadLetterStage letters, CreditGate gate, Func<SentRecords> sent, PipelineTelemetry telemetry)
{
    // Streams allow no null element: a stage that answered null would fail the pipeline at a new trainer's first word.
    private static readonly object Dropped = new();

    // A stage that throws is logged by the streams with its stack, beside the one sentence that ends the program: failures travel as elements.
    private sealed record Failed(ExceptionDispatchInfo Reason);

    /// <summary>Runs the flow; the task ends with the channel, or fails with the first stage that fails.</summary>
    /// <param name="source">Its events are chunks and gaps in the order in which it read them.</param>
    /// <param name="parallelism">Chunks that are augmented at once.</param>
    /// <param name="trainer">Receives <see cref="ChunkReady"/> and <see cref="GapFound"/>.</param>
    /// <param name="materializer">Where the stages run.</param>
    public async Task Run(IRecordSource source, int parallelism, IActorRef trainer, IMaterializer materializer)
    {
        telemetry.Metrics.IngestBegan();
        Failed? failure = null;
        await ChannelSource.FromReader(source.Events)
            .Where(read => read is not ChunkRead || source.Admits(read.Partition, read.Assignment))
            .SelectAsync(parallelism, read => Guarded(() => EventAsync(read)))
            .SelectAsync(1, item => Guarded(() => PassAsync(item)))
            .TakeWhile(item => (failure = item as Failed) is null)
            .WithAttributes(Attributes.CreateInputBuffer(1, 1))
            .RunForeach(
                item =>
                {
                    if (item != Dropped)
                    {
                        trainer.Tell(item);
                    }
                },
                materializer).ConfigureAwait(false);
        failure?.Reason.Throw();
    }

    private static async Task<object> Guarded(Func<Task<object>> stage)
    {
        try
        {
            return await stage().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever it is: thrown again at the end of the flow.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return new Failed(ExceptionDispatchInfo.Capture(exception));
        }
    }

    private async Task<object> EventAsync(SourceEvent read) => read switch
    {
        ChunkRead { Chunk: var chunk } when chunk.From == chunk.To => new PairsConstructed(PairChunk.Empty(chunk), []),
        ChunkRead chunk => await AugmentAsync(chunk.Chunk).ConfigureAwait(false),
        GapNotice gap => new GapFound(gap.Partition, gap.From, gap.To, gap.LineageEpoch, gap.Assignment),
        _ => throw new InvalidOperationException($"The source sent {read.GetType().Name}, which the flow does not know."),
    };

    private async Task<PairsConstructed> AugmentAsync(RecordChunk chunk)
    {
        var (began, records) = (telemetry.Now(), chunk.Records.Count);
        telemetry.Metrics.StageEntered(PipelineStage.Augment, records);
        try
        {
            // Ask turns a Status.Failure into an exception, which ends the flow: the pipeline's one recovery path.
            var constructed = await augmenters.Ask<PairsConstructed>(new ConstructPairs(chunk), Timeout.InfiniteTimeSpan).ConfigureAwait(false);
            telemetry.Augmented(constructed.Chunk, began);
            telemetry.Metrics.PartsIgnored(constructed.IgnoredParts);
            return constructed;
        }
        finally
        {
            telemetry.Metrics.StageLeft(PipelineStage.Augment, records);
        }
    }

    private async Task<object> PassAsync(object item)
    {
        if (item is not PairsConstructed constructed)
        {
            return item;
        }

        var chunk = constructed.Chunk;
        await HoldAsync(PipelineStage.Letters, constructed.Rejected.Count, letters.PassAsync(constructed)).ConfigureAwait(false);
        var credit = gate.WaitAsync(chunk.LineageEpoch, chunk.RecordCount, CancellationToken.None).AsTask();
        await HoldAsync(PipelineStage.Credit, chunk.RecordCount, credit).ConfigureAwait(false);
        if (await credit.ConfigureAwait(false))
        {
            return new ChunkReady(chunk, sent());
        }

        chunk.ReturnBuffers();
        return Dropped;
    }

    /// <summary>Records wait in a stage until the work is done; a stage without records is not spoken of.</summary>
    private async Task HoldAsync(PipelineStage stage, int records, Task work)
    {
        if (records == 0)
        {
            await work.ConfigureAwait(false);
            return;
        }

        var began = telemetry.Now();
        telemetry.Metrics.StageEntered(stage, records);
        try
        {
            await work.ConfigureAwait(false);
        }
        finally
        {
            telemetry.Metrics.StageLeft(stage, records);
            telemetry.Took(stage, began);
        }
    }
}
