using System.Globalization;
using System.Text;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Host.Commands.Produce;

/// <summary>A data set as <c>produce</c> sends it: a pure function of a running number, so that a second run sends the same again.</summary>
/// <param name="Name">What a person calls it.</param>
/// <param name="Count">Records of one pass.</param>
/// <param name="At">The record of a running number from 0.</param>
internal sealed record ProducedRecords(string Name, int Count, Func<long, ProducedRecord> At)
{
    /// <summary>The message of a running number.</summary>
    public OutputRecord Message(string topic, long number)
    {
        var record = At(number);
        return new OutputRecord(topic, Text(record.Key), record.Value, [new RecordHeader(HeaderNames.Label, Text(record.Label))], -1);
    }

    private static byte[] Text(int number) => Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}

/// <summary>One record.</summary>
/// <param name="Key">Written as decimal text.</param>
/// <param name="Value">The message's value.</param>
/// <param name="Label">Class, written as decimal text into the header label.</param>
internal readonly record struct ProducedRecord(int Key, byte[] Value, int Label);
