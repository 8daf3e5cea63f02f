using System.Text;
using Confluent.Kafka;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Output;

public sealed class OutputBatchTests
{
    private static readonly OutputRecord[] Records = [Record("a"), Record("b"), Record("c")];
    private readonly List<bool> _reports = [];
    private readonly OutputBatch _batch;

    public OutputBatchTests() => _batch = new OutputBatch(Records, new ProducerConfig { BootstrapServers = "kafka:9092" }, _reports.Add);

    [Fact]
    public void Handler_LastAcknowledgement_Completes()
    {
        Report(0, ErrorCode.NoError);
        Report(2, ErrorCode.NoError);
        _batch.Completion.IsCompleted.ShouldBeFalse();

        Report(1, ErrorCode.NoError);

        _batch.Completion.IsCompletedSuccessfully.ShouldBeTrue();
        _reports.ShouldBe([true, true, true]);
    }

    [Fact]
    public async Task Handler_OneRefused_FailsNamingTopicKeyAndPosition()
    {
        Report(1, ErrorCode.Local_MsgTimedOut);
        Report(0, ErrorCode.NoError);

        var failure = await Should.ThrowAsync<OutputException>(_batch.Completion);
        failure.Code.ShouldBe(ErrorCode.Local_MsgTimedOut);
        failure.Message.ShouldContain("Record 2 of 3 for topic demo.embeddings (key 'b', value of 1 bytes)");
        failure.Message.ShouldContain("kafka:9092");
        _reports.ShouldBe([false, true]);
    }

    [Fact]
    public void For_BinaryKey_ShowsHexadecimal()
    {
        OutputRecord[] records = [new("t", [0x00, 0xFF], null, [], -1)];

        var failure = OutputException.For(new Error(ErrorCode.MsgSizeTooLarge), records, 0, new ProducerConfig { MessageMaxBytes = 5000 });

        failure.Message.ShouldContain("key 0x00FF, value of null bytes");
        failure.Message.ShouldContain("at most 5000 bytes");
    }

    private static OutputRecord Record(string key) => new("demo.embeddings", Encoding.UTF8.GetBytes(key), [1], [], -1);

    private void Report(int position, ErrorCode code) => _batch.Handler(new DeliveryReport<byte[]?, byte[]?>
    {
        Topic = Records[position].Topic,
        Error = new Error(code),
        Message = new Message<byte[]?, byte[]?> { Key = Records[position].Key, Value = Records[position].Value },
    });
}
