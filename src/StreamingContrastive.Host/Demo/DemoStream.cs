using System.Globalization;
using System.Text;
using StreamingContrastive.Contracts;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Host.Demo;

/// <summary>
/// The demo's input as a pure function of a running index: record i is picture i mod N, in partition i mod P at offset i / P.
/// So a broker that keeps nothing over a restart can be given the same log again, offset by offset, and a resumed demo goes on
/// where it was.
/// </summary>
internal sealed class DemoStream(LabelledPictures pictures, DemoPayloads payloads, string topic, int partitions)
{
    private static readonly byte[][] Labels = [.. Enumerable.Range(0, 256).Select(Text)];

    public int PartitionCount => partitions;

    public PartitionId Partition(int partition) => new(topic, partition);

    /// <summary>Records of partition p among the first count.</summary>
    public long RecordsOf(int partition, long count) => (count / partitions) + (partition < count % partitions ? 1 : 0);

    public OutputRecord Record(long index)
    {
        var picture = (int)(index % pictures.Count);
        return new OutputRecord(
            topic,
            Text(picture),
            payloads.Value(index),
            [new RecordHeader(HeaderNames.Label, Labels[pictures.Labels[picture]])],
            TimestampUnixMs: -1,
            Partition: (int)(index % partitions));
    }

    private static byte[] Text(int number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
