using Google.Protobuf.Reflection;
using StreamingContrastive.Contracts.Wire;
using MultiPart = StreamingContrastive.Contracts.Wire.Record;

namespace StreamingContrastive.Tests.Contracts;

public sealed class WireSchemaTests
{
    // Extend-only: a line may be added; one that changes or goes breaks readers that are deployed.
    private const string Approved = """
        Embedding 1 Bytes vector
        Embedding 2 UInt32 dimension
        Embedding 3 Bool normalised
        Embedding 4 UInt64 model_version
        Embedding 5 String space_id
        Embedding 6 UInt64 lineage_epoch
        Embedding 7 UInt64 step
        Embedding 8 String source_topic
        Embedding 9 Int32 source_partition
        Embedding 10 Int64 source_offset
        Embedding 11 Int64 event_time_unix_ms
        Embedding 12 String part
        Metrics 1 String pipeline
        Metrics 2 UInt64 lineage_epoch
        Metrics 3 UInt64 step
        Metrics 4 UInt64 model_version
        Metrics 5 Int64 time_unix_ms
        Metrics 6 UInt64 records_consumed
        Metrics 7 UInt64 records_trained
        Metrics 8 UInt64 records_dead_lettered
        Metrics 9 UInt64 tombstones
        Metrics 10 UInt64 embeddings_published
        Metrics 11 UInt64 gap_offsets
        Metrics 12 Message values
        ModelVersion 1 String pipeline
        ModelVersion 2 UInt64 version
        ModelVersion 3 String space_id
        ModelVersion 4 UInt64 lineage_epoch
        ModelVersion 5 UInt64 step
        ModelVersion 6 String checkpoint
        ModelVersion 7 String parent
        ModelVersion 8 Bytes manifest_sha256
        ModelVersion 9 UInt32 dimension
        ModelVersion 10 Message source_offsets
        ModelVersion 11 Int64 created_unix_ms
        ModelVersion 12 Message branched_from
        ModelVersion 13 Bool atomic
        BranchPoint 1 UInt64 lineage_epoch
        BranchPoint 2 UInt64 step
        BranchPoint 3 String checkpoint
        SourceOffset 1 String topic
        SourceOffset 2 Int32 partition
        SourceOffset 3 Int64 next_offset
        Record 1 Message parts
        Record 2 UInt32 label
        Record 3 Message hard_negatives
        Part 1 String name
        Part 2 String media_type
        Part 3 Bytes data
        HardNegative 1 Message inline
        HardNegative 2 Bytes record_key
        PartList 1 Message parts
        """;

    [Fact]
    public void Schemas_AgainstTheApprovedFields_OnlyGrow()
    {
        FileDescriptor[] files =
            [EmbeddingReflection.Descriptor, MetricsReflection.Descriptor, ModelReflection.Descriptor, RecordReflection.Descriptor];
        string[] actual =
        [
            .. from file in files
               from message in file.MessageTypes
               from field in message.Fields.InFieldNumberOrder()
               select $"{message.Name} {field.FieldNumber} {field.FieldType} {field.Name}",
        ];

        // Equal, not "contains": a new field is added here in the same change, so that the next one cannot move it.
        actual.ShouldBe(Approved.Split('\n').Select(l => l.Trim('\r')));
    }

    [Fact]
    public void Record_MultiPart_KeepsPartsLabelAndNegatives()
    {
        var written = new MultiPart
        {
            Parts = { new Part { Name = "image", MediaType = "image/png", Data = Google.Protobuf.ByteString.CopyFrom(1, 2) } },
            Label = 0,
            HardNegatives =
            {
                new HardNegative { RecordKey = Google.Protobuf.ByteString.CopyFromUtf8("other") },
                new HardNegative { Inline = new PartList { Parts = { new Part { Name = "caption", MediaType = "text/plain" } } } },
            },
        };

        MultiPart read = MultiPart.Parser.ParseFrom(Google.Protobuf.MessageExtensions.ToByteArray(written));

        read.ShouldBe(written);
        read.HasLabel.ShouldBeTrue();
        read.HardNegatives.Select(n => n.ContentCase).ShouldBe([HardNegative.ContentOneofCase.RecordKey, HardNegative.ContentOneofCase.Inline]);
    }
}
