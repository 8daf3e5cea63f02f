using System.Globalization;
using System.Text;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;

namespace StreamingContrastive.Host.Demo;

/// <summary>A consumer of the demo's embeddings like any other, on a thread of its own.</summary>
internal sealed class DemoReader : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;

    public DemoReader(string bootstrapServers, string topic)
    {
        var reader = new EmbeddingReader(new TopicReaderOptions
        {
            Topic = topic,
            Consumer = new Dictionary<string, string> { ["bootstrap.servers"] = bootstrapServers, ["fetch.wait.max.ms"] = "50" },
            Follow = true,
        });
        _reading = Task.Factory.StartNew(() => Read(reader), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>What was seen.</summary>
    public PublishedVectors Seen { get; } = new();

    /// <summary>Waits until so many embeddings were read, or the time is over; then ends reading.</summary>
    public async Task FinishAsync(long expected, TimeSpan patience, TimeProvider clock)
    {
        var started = clock.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), clock);
        while (Seen.ReadBack < expected && clock.GetElapsedTime(started) < patience && !_reading.IsCompleted)
        {
            await timer.WaitForNextTickAsync().ConfigureAwait(false);
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private void Read(EmbeddingReader reader)
    {
        try
        {
            foreach (var received in reader.Read(_stop.Token))
            {
                if (received.Message is PublishedEmbedding { Key: { } key } embedding)
                {
                    Seen.Observe(embedding, int.Parse(Encoding.ASCII.GetString(key), NumberStyles.None, CultureInfo.InvariantCulture));
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }
}
