using System.Text;
using StreamingContrastive.Contracts;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Publishing;
using StreamingContrastive.Pipeline.Records;
using static StreamingContrastive.Tests.Pipeline.Delivery.ChunkFactory;

namespace StreamingContrastive.Tests.Pipeline.Publishing;

public sealed class OutputEncoderPartsTests
{
    private static readonly float[] Pictures = [1, 0, 0, 1];
    private static readonly float[] Captions = [0, 0, 0.6f, 0.8f];

    /// <summary>Offsets 0 and 2 are records, 1 a tombstone; the first record has no caption.</summary>
    [Fact]
    public void Batch_TwoParts_HasAVectorForEachPartThatIsThereAndTombstonesForAll()
    {
        var outputs = Encode(["picture", "caption"], [new("picture", Pictures, new[] { true, true }), new("caption", Captions, new[] { false, true })]);

        outputs.Select(o => (o.Topic, o.Value is null)).ShouldBe(
        [
            ("p.embeddings.picture", false),
            ("p.embeddings.picture", true),
            ("p.embeddings.caption", true),
            ("p.embeddings.picture", false),
            ("p.embeddings.caption", false),
        ]);
        outputs.Select(o => o.Headers.FindText(HeaderNames.Part)).ShouldBe(["picture", "picture", "caption", "picture", "caption"]);
        outputs.Select(o => o.Headers.FindText(HeaderNames.Id)).Distinct().Count().ShouldBe(5);
        var caption = (PublishedEmbedding)EmbeddingCodec.Decode(outputs[4].Key, outputs[4].Value, outputs[4].Headers);
        (caption.Part, caption.Vector.ToArray()).ShouldSatisfyAllConditions(c => c.Part.ShouldBe("caption"), c => c.Item2.ShouldBe([0.6f, 0.8f]));
        outputs[4].Key.ShouldBe(outputs[3].Key, "co-partitioned: the same key in both topics");
    }

    /// <summary>Golden: what one part's messages were before there were parts.</summary>
    [Fact]
    public void Batch_OnePart_HasTheMessagesThatItAlwaysHad()
    {
        var outputs = Encode(null, [new(null, Pictures, default)]);

        outputs.Select(o => o.Topic).ShouldAllBe(t => t == "p.embeddings");
        outputs.Select(o => o.Headers.FindText(HeaderNames.Id)).ShouldBe(["p/records/0/0/1/3", "p/records/0/1/1", "p/records/0/2/1/3"]);
        string.Join(' ', outputs[0].Headers.Select(h => h.Key)).ShouldBe("ce_specversion ce_source ce_type content-type ce_id ce_time ce_modelversion ce_spaceid ce_lineageepoch ce_step");
    }

    private static List<OutputRecord> Encode(IReadOnlyList<string>? parts, IReadOnlyList<PartVectors> vectors)
    {
        var (assembler, positions) = (new BatchAssembler(2, RowBytes), new BatchPositions(2));
        assembler.Accept(Chunk(P0, 0, 3, pairs: [0, 2], tombstones: [1]));
        assembler.TryTake(new TrainingBatch(2, RowBytes), positions).ShouldBeTrue();
        var outputs = new List<OutputRecord>();
        new OutputEncoder("p", EmbeddingFormat.Protobuf, "space", parts: parts).Batch(positions, vectors, dimension: 2, new OutputStamp(1, 5, 3), outputs);
        return outputs;
    }
}
