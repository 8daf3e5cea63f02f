using System.Runtime.ExceptionServices;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Pipeline.Ingest;

/// <summary>
/// The stream from the consumer's channel to the trainer: order, bounds and demand are its job, work is the actors'.
/// <code>
/// channel of chunks -> augment (n at once, in order) -> dead letters acknowledged -> credits -> trainer
/// </code>
/// Every stage holds at most as many chunks as it works on, so demand reaches the consumer thread.
/// </summary>
internal static class IngestFlow
{
    // Streams allow no null element: a stage that answered null would fail the pipeline at a new trainer's first word.
    private static readonly object Dropped = new();

    // A stage that throws is logged by the streams with its stack, beside the one sentence that ends the program: failures travel as elements.
    private sealed record Failed(ExceptionDispatchInfo Reason);

    /// <summary>Runs the flow; the task ends with the channel, or fails with the first stage that fails.</summary>
    /// <param name="source">Its events are chunks and gaps in the order in which it read them.</param>
    /// <param name="augmenters">Router over the augmentation actors.</param>
    /// <param name="parallelism">Chunks that are augmented at once.</param>
    /// <param name="passage">Produces rejected records and waits for the acknowledgement, then for the trainer's credit.</param>
    /// <param name="trainer">Receives <see cref="ChunkReady"/> and <see cref="GapFound"/>.</param>
    /// <param name="sent">What was let pass so far; said with every chunk.</param>
    /// <param name="materializer">Where the stages run.</param>
    public static async Task Run(
        IRecordSource source, IActorRef augmenters, int parallelism, TimedPassage passage, Func<SentRecords> sent, IActorRef trainer, IMaterializer materializer)
    {
        Failed? failure = null;
        await ChannelSource.FromReader(source.Events)
            .Where(read => read is not ChunkRead || source.Admits(read.Partition, read.Assignment))
            .SelectAsync(parallelism, read => Guarded(() => AugmentAsync(read, augmenters)))
            .SelectAsync(1, item => Guarded(() => PassAsync(item, passage, sent)))
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

    private static async Task<object> AugmentAsync(SourceEvent read, IActorRef augmenters) => read switch
    {
        ChunkRead { Chunk: var chunk } when chunk.From == chunk.To => new PairsConstructed(PairChunk.Empty(chunk), []),

        // Ask turns a Status.Failure into an exception, which ends the flow: the pipeline's one recovery path.
        ChunkRead chunk => await augmenters.Ask<PairsConstructed>(new ConstructPairs(chunk.Chunk), Timeout.InfiniteTimeSpan).ConfigureAwait(false),
        GapNotice gap => new GapFound(gap.Partition, gap.From, gap.To, gap.LineageEpoch, gap.Assignment),
        _ => throw new InvalidOperationException($"The source sent {read.GetType().Name}, which the flow does not know."),
    };

    private static async Task<object> PassAsync(object item, TimedPassage passage, Func<SentRecords> sent)
    {
        if (item is not PairsConstructed constructed)
        {
            return item;
        }

        if (await passage.PassAsync(constructed).ConfigureAwait(false))
        {
            return new ChunkReady(constructed.Chunk, sent());
        }

        constructed.Chunk.ReturnBuffers();
        return Dropped;
    }
}
