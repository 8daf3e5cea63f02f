using System.Collections.Concurrent;
using System.Security.Cryptography;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;

namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>An embedding as a consumer saw it.</summary>
internal sealed record SeenEmbedding(string Id, string? Part, int Partition, long Offset, long Epoch, long Step, long Version, string Content);

/// <summary>Consumers of embeddings and announcements that read on all the time: the embedded broker forgets beyond 5 MiB a partition.</summary>
internal sealed class ChaosOutputs : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<SeenEmbedding> _embeddings = new();
    private readonly ConcurrentQueue<ModelAnnouncement> _models = new();
    private readonly Task _reading;

    public ChaosOutputs(string bootstrap, TopicNames topics, IReadOnlyList<string> parts) => _reading = Task.WhenAll(
    [
        .. EmbeddingTopics(topics, parts).Select(topic =>
            Follow(() => new EmbeddingReader(Options(bootstrap, topic)).Read(_stop.Token), e => _embeddings.Enqueue(Seen((PublishedEmbedding)e.Message)))),
        Follow(() => new TopicReader(Options(bootstrap, topics.Models)).Read(_stop.Token), m => _models.Enqueue(ModelAnnouncementCodec.Decode(m.Value!, m.Headers))),
    ]);

    /// <summary>Everything seen so far, in order within a partition of the topic.</summary>
    public IReadOnlyCollection<SeenEmbedding> Embeddings => Checked(_embeddings);

    /// <summary>Model versions that were announced.</summary>
    public IReadOnlyCollection<ModelAnnouncement> Models => Checked(_models);

    /// <summary>Records that the announced checkpoints have passed: nothing below is ever read again.</summary>
    public long DurableRecords => Models.Count == 0 ? 0 : Models.Max(m => m.SourceOffsets.Sum(o => o.NextOffset));

    /// <summary>Topics of embeddings: one a part, or one.</summary>
    public static IReadOnlyList<string> EmbeddingTopics(TopicNames topics, IReadOnlyList<string> parts) =>
        parts.Count == 0 ? [topics.Embeddings] : [.. parts.Select(topics.EmbeddingsOf)];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private T Checked<T>(T seen)
    {
        if (_reading.IsFaulted)
        {
            throw _reading.Exception.InnerException!;
        }

        return seen;
    }

    private Task Follow<T>(Func<IEnumerable<T>> read, Action<T> take) => Task.Factory.StartNew(
        () =>
        {
            foreach (var item in read())
            {
                take(item);
            }
        },
        _stop.Token,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private static SeenEmbedding Seen(PublishedEmbedding e) => new(
        e.Id!, e.Part, e.Source!.Value.Partition, e.Source.Value.Offset, e.LineageEpoch, e.Step, e.ModelVersion,
        Convert.ToHexString(SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(e.Vector.Span))));

    private static TopicReaderOptions Options(string bootstrap, string topic) => new()
    {
        Topic = topic,
        Follow = true,
        Consumer = new Dictionary<string, string> { ["bootstrap.servers"] = bootstrap, ["fetch.wait.max.ms"] = "20" },
    };
}
