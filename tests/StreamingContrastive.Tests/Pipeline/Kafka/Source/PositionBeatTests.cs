using System.Threading.Channels;
using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Source;

public sealed class PositionBeatTests : IDisposable
{
    private const int Capacity = 4;
    private static readonly RecordSourceSettings Settings = new(["records"]);
    private readonly CommandQueue _commands = new();
    private readonly Channel<SourceEvent> _channel = Channel.CreateBounded<SourceEvent>(Capacity);
    private readonly FakeTimeProvider _clock = new();
    private readonly EventOutlet _outlet;
    private readonly PositionBeat _beat;

    public PositionBeatTests()
    {
        _outlet = new EventOutlet(_channel, Capacity, _commands);
        _beat = new PositionBeat(Settings, _outlet, _clock);
    }

    public void Dispose() => _commands.Dispose();

    [Fact]
    public void Refresh_QuietPartition_RepeatsItsPositionAtEveryInterval()
    {
        var reader = Reader(0, start: 40);

        Beats(reader).ShouldBeEmpty();
        _clock.Advance(Settings.BeatInterval);
        var beat = Beats(reader).ShouldHaveSingleItem();
        Beats(reader).ShouldBeEmpty();
        _clock.Advance(Settings.BeatInterval);
        Beats(reader).ShouldHaveSingleItem();

        (beat.Partition, beat.From, beat.To, beat.Records.Count).ShouldBe((new PartitionId("records", 0), 40, 40, 0));
        (beat.LineageEpoch, beat.Assignment).ShouldBe((2, reader.Reading.Assignment));
    }

    [Fact]
    public void Refresh_PartitionThatSpokeMeanwhile_WaitsForTheNextInterval()
    {
        var reader = Reader(0, start: 40);
        reader.IsQuiet = false; // As the consumer's loop does when it hands a chunk over.

        _clock.Advance(Settings.BeatInterval);
        Beats(reader).ShouldBeEmpty();
        _clock.Advance(Settings.BeatInterval);
        Beats(reader).ShouldHaveSingleItem();
    }

    [Fact]
    public void Refresh_ChunkUnderWayOrStartUnknown_SaysNothing()
    {
        var filling = Reader(0, start: 40);
        filling.Builder.Add(new SourceRecord(41, -1, null, [], []));
        _clock.Advance(Settings.BeatInterval);

        Beats(filling, Reader(1, start: null)).ShouldBeEmpty();
    }

    [Fact]
    public void Refresh_WayToTheTrainerIsFull_SaysNothingUntilItHasRoom()
    {
        var reader = Reader(0, start: 40);
        for (var i = 0; i < 3; i++)
        {
            _outlet.Enqueue(new GapNotice(reader.Reading.Partition, 1, 2, 1, reader.Reading.Assignment));
        }

        _outlet.Publish();
        _clock.Advance(Settings.BeatInterval);
        _beat.Refresh([reader]);
        _outlet.Publish();
        _channel.Reader.Count.ShouldBe(3);

        _channel.Reader.TryRead(out _).ShouldBeTrue();
        _beat.Refresh([reader]);
        _outlet.Publish();
        _channel.Reader.Count.ShouldBe(3);
    }

    [Fact]
    public void Beat_ChunkUnderWay_Throws()
    {
        var builder = Reader(0, start: 40).Builder;
        builder.PassTo(50);

        Should.Throw<InvalidOperationException>(builder.Beat).Message.ShouldContain("[40, 50)");
    }

    private List<RecordChunk> Beats(params PartitionReader[] held)
    {
        _beat.Refresh(held);
        _outlet.Publish();
        var chunks = new List<RecordChunk>();
        while (_channel.Reader.TryRead(out var item))
        {
            chunks.Add(((ChunkRead)item).Chunk);
        }

        return chunks;
    }

    private static PartitionReader Reader(int partition, long? start) => new(
        new TopicPartition("records", partition),
        new PartitionReading(new PartitionId("records", partition), new AssignmentEpoch(Guid.Empty, 7), 2, start));
}
