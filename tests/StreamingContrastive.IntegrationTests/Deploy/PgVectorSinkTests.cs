using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Embedded;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.IntegrationTests.Deploy;

/// <summary>
/// deploy/examples/pgvector against a PostgreSQL with pgvector, named by STREAMING_CONTRASTIVE_TEST_POSTGRES (a connection string of
/// libpq), where python3 has confluent_kafka and psycopg and psql is installed. Each test writes under a pipeline's name of its own.
/// </summary>
public sealed class PgVectorSinkTests : IAsyncLifetime
{
    private const string DsnVariable = "STREAMING_CONTRASTIVE_TEST_POSTGRES";

    private readonly string _pipeline = $"pg-{Guid.NewGuid():N}";
    private readonly string _dsn = Environment.GetEnvironmentVariable(DsnVariable) ?? "";
    private EmbeddedKafka _kafka = null!;
    private EmbeddingCodec _codec = null!;

    private string Topic => $"{_pipeline}.embeddings";

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(_dsn.Length == 0, $"{DsnVariable} names no PostgreSQL with pgvector");
        _codec = new EmbeddingCodec(_pipeline, WireFormat.Json);
        _kafka = EmbeddedKafka.Start(new EmbeddedKafkaOptions(Topics: [new(Topic, 3)]));
        (await RunAsync("psql", _dsn, "-v", "ON_ERROR_STOP=1", "-qf", Path.Combine(Folder, "schema.sql"))).ExitCode.ShouldBe(0);
    }

    public async ValueTask DisposeAsync()
    {
        if (_kafka is not null)
        {
            await QueryAsync($"DELETE FROM embeddings WHERE pipeline = '{_pipeline}'; DELETE FROM embedding_offsets WHERE topic = '{Topic}'");
            await _kafka.DisposeAsync();
        }
    }

    /// <summary>Seen red with Repeats.is_new always true: ten messages were written, and rows went back for a moment.</summary>
    [Fact]
    public async Task Sink_UpdatesTombstonesAndRepeats_LeaveTheNewestOfEachKey()
    {
        EncodedMessage[] outbox = [Embedding("a", 0, version: 1), Embedding("b", 1, version: 1), Embedding("c", 2, version: 1), Tombstone("b", 3), Embedding("a", 4, version: 2)];
        await PublishAsync([.. outbox, .. outbox]); // A pipeline that crashed publishes its last outbox again, ids and all.

        await SinkAsync("5 messages");

        (await QueryAsync($"SELECT convert_from(key, 'UTF8'), model_version, space_id, source_offset, embedding FROM embeddings WHERE pipeline = '{_pipeline}' ORDER BY 1"))
            .ShouldBe("a|2|abc|4|[0.6,0.8]\nc|1|abc|2|[0.6,0.8]\n");
        (await QueryAsync($"SELECT sum(next_offset) FROM embedding_offsets WHERE topic = '{Topic}'")).ShouldBe("10\n");
    }

    /// <summary>Seen red with the assignment at the beginning instead of at the table's offset, and MOVE without its condition.</summary>
    [Fact]
    public async Task Sink_StartedAgain_GoesOnBehindTheLastTransaction()
    {
        await PublishAsync(Embedding("a", 0, version: 1), Embedding("b", 1, version: 1));
        await SinkAsync("2 messages");
        await PublishAsync(Embedding("b", 2, version: 2));

        await SinkAsync("1 messages");

        (await QueryAsync($"SELECT string_agg(model_version::text, ',' ORDER BY key) FROM embeddings WHERE pipeline = '{_pipeline}'")).ShouldBe("1,2\n");
    }

    [Fact]
    public async Task Sink_MessageThatIsNoEmbedding_StopsAndKeepsNothingOfItsBatch()
    {
        EncodedMessage foreign = Embedding("a", 1, version: 2) with { Headers = [] };
        await PublishAsync(Embedding("a", 0, version: 1), foreign);

        (int code, _, string error) = await RunSinkAsync();

        code.ShouldNotBe(0);
        error.ShouldContain("content-type is missing");
        (await QueryAsync($"SELECT count(*) FROM embeddings WHERE pipeline = '{_pipeline}'")).ShouldBe("0\n");
    }

    [Fact]
    public async Task Query_OfTheSchemasComment_FindsTheNearestInTheSameSpace()
    {
        await PublishAsync(
            Embedding("one", 0, version: 1, vector: [1, 0]), Embedding("near", 1, version: 1, vector: [0.8f, 0.6f]),
            Embedding("far", 2, version: 1, vector: [0, 1]), Embedding("elsewhere", 3, version: 1, vector: [1, 0], space: "other"));
        await SinkAsync("4 messages");

        (await QueryAsync($"""
            SELECT convert_from(other.key, 'UTF8'), round((-(other.embedding <#> one.embedding))::numeric, 3)
            FROM embeddings one JOIN embeddings other USING (pipeline, space_id)
            WHERE one.pipeline = '{_pipeline}' AND one.key = convert_to('one', 'UTF8') AND other.key <> one.key
            ORDER BY other.embedding <#> one.embedding LIMIT 10
            """)).ShouldBe("near|0.800\nfar|0.000\n");
        (await RunAsync("psql", _dsn, "-v", "ON_ERROR_STOP=1", "-qc",
            $"CREATE INDEX pg_test ON embeddings USING hnsw ((embedding::vector(2)) vector_ip_ops) WHERE pipeline = '{_pipeline}' AND space_id = 'abc'; DROP INDEX pg_test")).ExitCode.ShouldBe(0);
    }

    private static string Folder
    {
        get
        {
            for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            {
                if (File.Exists(Path.Combine(at.FullName, "StreamingContrastive.sln")))
                {
                    return Path.Combine(at.FullName, "deploy/examples/pgvector");
                }
            }

            throw new DirectoryNotFoundException($"No StreamingContrastive.sln above {AppContext.BaseDirectory}.");
        }
    }

    private EncodedMessage Embedding(string key, long offset, long version, float[]? vector = null, string space = "abc") => _codec.Encode(new PublishedEmbedding
    {
        Key = Encoding.UTF8.GetBytes(key),
        Source = new SourcePosition("records", 0, offset),
        LineageEpoch = 1,
        Step = version,
        Vector = vector ?? [0.6f, 0.8f],
        Normalised = true,
        ModelVersion = version,
        SpaceId = space,
        EventTimeUnixMs = 1_700_000_000_000,
    });

    private EncodedMessage Tombstone(string key, long offset) =>
        _codec.EncodeTombstone(new PublishedTombstone { Key = Encoding.UTF8.GetBytes(key), Source = new SourcePosition("records", 0, offset), LineageEpoch = 1, Step = 1 });

    private async Task PublishAsync(params EncodedMessage[] messages)
    {
        using var producer = new RecordProducer(new KafkaOptions { BootstrapServers = _kafka.BootstrapServers }, "test", NullLogger.Instance, TimeProvider.System);
        await producer.ProduceAsync(
            [.. messages.Select(m => new OutputRecord(Topic, m.Key, m.Value, m.Headers, m.TimestampUnixMs))], TestContext.Current.CancellationToken);
    }

    private async Task SinkAsync(string expected)
    {
        (int code, string output, string error) = await RunSinkAsync();
        code.ShouldBe(0, error);
        output.ShouldStartWith(expected);
    }

    private Task<(int ExitCode, string Output, string Error)> RunSinkAsync() => RunAsync(
        "python3", "-B", Path.Combine(Folder, "embeddings_to_pgvector.py"), "--pipeline", _pipeline, "--bootstrap", _kafka.BootstrapServers, "--dsn", _dsn,
        "--until-end", "--set", "session.timeout.ms=6000", "--group", _pipeline);

    private async Task<string> QueryAsync(string sql)
    {
        (int code, string output, string error) = await RunAsync("psql", _dsn, "-v", "ON_ERROR_STOP=1", "-qAtc", sql);
        code.ShouldBe(0, error);
        return output;
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await error);
    }
}
