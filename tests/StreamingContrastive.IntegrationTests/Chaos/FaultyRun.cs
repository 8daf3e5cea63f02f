using System.Runtime.InteropServices;
using Confluent.Kafka;
using StreamingContrastive.Contracts;
using StreamingContrastive.IntegrationTests.Hosting;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>A pipeline in this process that trains all the time, so that a test can break what is around it.</summary>
internal sealed class FaultyRun : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private const int Partitions = 3;
    private const int Burst = 2 * PipelineHarness.BatchSize;
    private readonly PipelineHarness _harness;
    private int _produced;

    private FaultyRun(PipelineHarness harness, PipelineRun run) => (_harness, Run) = (harness, run);

    /// <summary>The pipeline.</summary>
    public PipelineRun Run { get; }

    /// <summary>Broker, options, topics.</summary>
    public PipelineHarness Harness => _harness;

    /// <summary>Records that were trained.</summary>
    public long Trained => Run.Progress.Current.Trained;

    /// <summary>Starts broker and pipeline; both modes of delivery take checkpoints every few batches.</summary>
    public static async Task<FaultyRun> StartAsync(DeliveryMode delivery = DeliveryMode.Checkpointed, bool forwarded = false, Func<PipelineOptions, PipelineOptions>? change = null, ICheckpointFiles? files = null)
    {
        var harness = new PipelineHarness(Partitions, forwarded, embeddingPartitions: 12) { CheckpointFiles = files };
        harness.Options = harness.Options with
        {
            Kafka = harness.Options.Kafka with
            {
                // The embedded broker ends a rebalance a second before the session timeout: short, or every join takes long.
                Client = new Dictionary<string, string> { ["reconnect.backoff.max.ms"] = "500", ["topic.metadata.refresh.interval.ms"] = "300" },
                Consumer = new Dictionary<string, string> { ["session.timeout.ms"] = "2000", ["heartbeat.interval.ms"] = "200", ["fetch.wait.max.ms"] = "20", ["fetch.error.backoff.ms"] = "100" },
            },
            Checkpoint = harness.Options.Checkpoint with { EveryRecords = 2 * Burst, Every = TimeSpan.FromSeconds(1) },
            Output = harness.Options.Output with { Delivery = delivery },
        };
        harness.Options = change?.Invoke(harness.Options) ?? harness.Options;
        var run = new FaultyRun(harness, await harness.StartAsync());
        await run.GoesOnAsync("the start");
        return run;
    }

    /// <summary>Produces records without waiting for what becomes of them.</summary>
    public Task ProduceAsync(int count = Burst)
    {
        var from = _produced;
        _produced += count;
        return _harness.ProduceAsync(Enumerable.Range(from, count).Select(i => _harness.Picture(i % 1000, partition: i % Partitions)));
    }

    /// <summary>Everything that was produced, and one burst more, gets trained.</summary>
    public async Task GoesOnAsync(string after)
    {
        await ProduceAsync().WaitAsync(Patience);
        await TrainedAsync(_produced, after, Patience);
    }

    /// <summary>
    /// Lets five requests of a kind fail and trains on until that many, and one more, were made: without the count a kind that is
    /// made rarely (heartbeat, commit, metadata) is never hit, and the test passes for nothing.
    /// </summary>
    public async Task GoesOnAfterErrorsAsync(short api, ErrorCode code, ITestOutputHelper output)
    {
        const int errors = 5;
        var began = TimeProvider.System.GetTimestamp();
        Harness.Broker.TrackRequests();
        Harness.Broker.PushRequestErrors(api, [.. Enumerable.Repeat((int)code, errors)]);
        var made = 0;
        while (made <= errors)
        {
            await GoesOnAsync($"{made} of {errors} {code} of request {api}");
            made = Harness.Broker.CountRequests(api);
            TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(Patience, $"only {made} requests {api} were made");
        }

        output.WriteLine($"request {api}: five {code}: {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s");
        Harness.Broker.ClearRequestErrors(api);
    }

    /// <summary>Waits until so many records are trained.</summary>
    private async Task TrainedAsync(long records, string after, TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within);
        while (Trained < records)
        {
            if (Run.Completion.IsCompleted)
            {
                await Run.Completion;
            }

            var changed = Run.Progress.ChangedAsync(limit.Token);
            await Task.WhenAny(changed, Run.Completion);
            if (changed.IsCanceled)
            {
                throw new TimeoutException($"After {after}: {Trained} of {records} records were trained within {within}.");
            }
        }
    }

    private Dictionary<PartitionId, long> Stored() => Enumerable.Range(0, Partitions)
        .ToDictionary(p => new PartitionId("records", p), p => Kafka.KafkaIo.Watermarks(_harness.Broker.BootstrapServers, "records", p).High);

    /// <summary>Trains all that is in the topic, stops gracefully and checks every offset and every output.</summary>
    public async Task StopAndCheckAsync()
    {
        // The test's own producer is hit by the faults too, and the embedded broker stores its retries twice: what is there counts.
        var odd = (int)(Stored().Values.Sum() % PipelineHarness.BatchSize);
        await _harness.ProduceAsync(Enumerable.Range(0, odd == 0 ? 0 : PipelineHarness.BatchSize - odd).Select(i => _harness.Picture(i, partition: 0)));
        var stored = Stored();
        await TrainedAsync(stored.Values.Sum(), "the last record", Patience);
        await Run.StopAsync(CancellationToken.None).WaitAsync(Patience);

        AuditTrail.Read(_harness.AuditFile).Problems(stored).ShouldBeEmpty();
        var contents = _harness.ReadEmbeddings().Cast<PublishedEmbedding>()
            .GroupBy(e => e.Source!.Value)
            .Select(g => (g.Key, Different: g.Select(e => (e.Id, Convert.ToHexString(MemoryMarshal.AsBytes(e.Vector.Span)))).Distinct().Count()))
            .ToList();
        contents.Count.ShouldBe((int)stored.Values.Sum(), "every record that was trained has its embedding");
        contents.Where(c => c.Different != 1).ShouldBeEmpty("repeats are identical");
    }

    public async ValueTask DisposeAsync()
    {
        await Run.DisposeAsync();
        await _harness.DisposeAsync();
    }
}
