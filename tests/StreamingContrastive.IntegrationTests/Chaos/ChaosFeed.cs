using System.Diagnostics;

namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>A producer at a rate that stays within a bounded distance of the durable checkpoint: the embedded broker forgets old records.</summary>
internal sealed class ChaosFeed(ChaosPipeline pipeline)
{
    /// <summary>Records that it may be ahead.</summary>
    public int Window { get; init; } = 4000;

    /// <summary>Records a second.</summary>
    public int Rate { get; init; } = 500;

    /// <summary>Produces until there is enough, then up to a whole batch: the remainder of a stream that has no end waits for more.</summary>
    public async Task RunAsync(CancellationToken enough)
    {
        var (since, first) = (Stopwatch.GetTimestamp(), pipeline.Produced);
        while (!enough.IsCancellationRequested)
        {
            var due = first + (long)(Stopwatch.GetElapsedTime(since).TotalSeconds * Rate) - pipeline.Produced;
            if (due > 0 && pipeline.Produced - pipeline.Outputs.DurableRecords < Window)
            {
                await pipeline.ProduceAsync((int)Math.Min(due, 128));
            }

            await Task.Delay(20, CancellationToken.None);
        }

        await pipeline.ProduceAsync((int)(ChaosPipeline.BatchSize - (pipeline.Produced % ChaosPipeline.BatchSize)));
    }

    /// <summary>Produces so many as fast as the distance allows.</summary>
    public async Task RunAsync(long records)
    {
        while (pipeline.Produced < records)
        {
            if (pipeline.Produced - pipeline.Outputs.DurableRecords < Window)
            {
                await pipeline.ProduceAsync((int)Math.Min(256, records - pipeline.Produced));
            }
            else
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
    }
}
