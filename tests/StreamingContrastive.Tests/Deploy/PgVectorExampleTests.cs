using System.Text.Json;
using StreamingContrastive.Contracts;
using StreamingContrastive.Tests.Contracts;

namespace StreamingContrastive.Tests.Deploy;

/// <summary>
/// The example's reading of messages, on messages that this version writes. What it does to a database is in the integration tests
/// (PgVectorSinkTests), which need one.
/// </summary>
public sealed class PgVectorExampleTests
{
    // One line in, one line out: what the example makes of a message, or why it refuses it.
    private const string Driver = """
        import json, sys
        sys.path.insert(0, sys.argv[1])
        import embeddings_to_pgvector as example
        for line in sys.stdin:
            message = json.loads(line)
            raw = lambda text: None if text is None else bytes.fromhex(text)
            headers = [(name, raw(value)) for name, value in message["headers"]]
            try:
                change = example.change_of("fashion", raw(message["key"]), raw(message["value"]), headers)
                row = None if change.row is None else {**change.row, "key": change.row["key"].hex()}
                print(json.dumps({"key": change.key.hex(), "id": change.id, "row": row}), flush=True)
            except example.NotAnEmbedding as problem:
                print(json.dumps({"refused": str(problem)}), flush=True)
        """;

    private static readonly EmbeddingCodec _codec = new("fashion", WireFormat.Json);

    [Fact]
    public async Task ChangeOf_MessagesOfThisVersion_AreRowsAndDeletions()
    {
        JsonElement[] changes = await RunAsync(
            _codec.Encode(ContractSamples.Embedding()),
            _codec.EncodeTombstone(new PublishedTombstone { Key = [9], Source = new SourcePosition("records", 0, 1), LineageEpoch = 1, Step = 2 }),
            _codec.Encode(ContractSamples.Embedding() with { EventTimeUnixMs = -1 }));

        JsonElement row = changes[0].GetProperty("row");
        changes[0].GetProperty("key").GetString().ShouldBe("010203");
        changes[0].GetProperty("id").GetString().ShouldBe("fashion/records/5/42/3/7");
        row.GetProperty("embedding").GetString().ShouldBe("[0.6, -0.8]");
        (row.GetProperty("model_version").GetInt64(), row.GetProperty("space_id").GetString()).ShouldBe((7, "a1b2"));
        (row.GetProperty("lineage_epoch").GetInt64(), row.GetProperty("step").GetInt64()).ShouldBe((3, 100));
        (row.GetProperty("source_topic").GetString(), row.GetProperty("source_partition").GetInt32(), row.GetProperty("source_offset").GetInt64()).ShouldBe(("records", 5, 42));
        row.GetProperty("event_time").GetInt64().ShouldBe(1_700_000_000_123);
        changes[1].GetProperty("key").GetString().ShouldBe("09");
        changes[1].GetProperty("row").ValueKind.ShouldBe(JsonValueKind.Null);
        changes[2].GetProperty("row").GetProperty("event_time").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task ChangeOf_WhatItCannotWrite_IsRefusedWithWhatToDo()
    {
        EncodedMessage good = _codec.Encode(ContractSamples.Embedding());
        JsonElement[] changes = await RunAsync(
            new EmbeddingCodec("fashion", WireFormat.Protobuf).Encode(ContractSamples.Embedding()),
            new EmbeddingCodec("photos", WireFormat.Json).Encode(ContractSamples.Embedding()),
            good with { Value = "{\"vector\":[1]}"u8.ToArray() },
            good with { Value = good.Value![..20] },
            good with { Key = null });

        string[] refusals = [.. changes.Select(c => c.GetProperty("refused").GetString()!)];
        refusals[0].ShouldContain("output:format=json");
        refusals[1].ShouldContain("/streaming-contrastive/photos");
        refusals[2].ShouldContain("modelVersion");
        refusals[3].ShouldContain("not an embedding");
        refusals[4].ShouldContain("no key");
    }

    private static async Task<JsonElement[]> RunAsync(params EncodedMessage[] messages)
    {
        string lines = string.Join('\n', messages.Select(m => JsonSerializer.Serialize(new
        {
            key = Hex(m.Key),
            value = Hex(m.Value),
            headers = m.Headers.Select(h => new[] { h.Key, Hex(h.Value) }),
        })));

        ToolResult example = await Tool.RunAsync(lines, "python3", ["-B", "-c", Driver, "deploy/examples/pgvector"]);

        example.ExitCode.ShouldBe(0, example.Error);
        return [.. example.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
    }

    private static string? Hex(byte[]? bytes) => bytes is null ? null : Convert.ToHexStringLower(bytes);
}
