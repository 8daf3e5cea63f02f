using System.Buffers;
using System.Diagnostics;
using System.Text;

namespace StreamingContrastive.Pipeline.Records;

/// <summary>
/// The W3C trace context (https://www.w3.org/TR/trace-context/) that a record came with, carried with it from message to message:
/// Activity.Current is lost by a Tell. Checked where it is read: a malformed traceparent is dropped with its tracestate, a malformed
/// tracestate alone.
/// </summary>
/// <param name="TraceParent">Version 00 traceparent; null where there is none.</param>
/// <param name="TraceState">tracestate, or null.</param>
/// <param name="ReceivedAt">When the record was polled.</param>
public readonly record struct RecordTrace(string? TraceParent, string? TraceState, DateTimeOffset ReceivedAt)
{
    private const int Length = 55;
    private const int MaxStateLength = 512;

    private static readonly SearchValues<byte> Hex = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>Whether there is a trace.</summary>
    public bool IsPresent => TraceParent is not null;

    /// <summary>As .NET has it; default where there is none.</summary>
    public ActivityContext Context => ActivityContext.TryParse(TraceParent, TraceState, isRemote: true, out var context) ? context : default;

    /// <summary>Reads the headers' values.</summary>
    /// <param name="traceParent">Value of traceparent.</param>
    /// <param name="traceState">Value of tracestate, or null.</param>
    /// <param name="receivedAt">When the record was polled.</param>
    public static RecordTrace Parse(ReadOnlySpan<byte> traceParent, ReadOnlySpan<byte> traceState, DateTimeOffset receivedAt) =>
        IsTraceParent(traceParent)
            ? new RecordTrace(Text(traceParent), IsTraceState(traceState) ? Encoding.ASCII.GetString(traceState) : null, receivedAt)
            : default;

    // 00-{32 hex}-{16 hex}-{2 hex}, neither id all zeros. A later version may say more behind that, and is understood as 00.
    private static bool IsTraceParent(ReadOnlySpan<byte> value)
    {
        if (value.Length < Length || value[2] != '-' || value[35] != '-' || value[52] != '-' || !IsHex(value[..2]) || value[..2].SequenceEqual("ff"u8))
        {
            return false;
        }

        var isFirstVersion = value[..2].SequenceEqual("00"u8);
        return (value.Length == Length || (!isFirstVersion && value[Length] == '-'))
            && IsId(value[3..35]) && IsId(value[36..52]) && IsHex(value[53..55]);
    }

    private static bool IsId(ReadOnlySpan<byte> hex) => IsHex(hex) && hex.ContainsAnyExcept((byte)'0');

    private static bool IsHex(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(Hex);

    private static bool IsTraceState(ReadOnlySpan<byte> value) =>
        value.Length is > 0 and <= MaxStateLength && !value.ContainsAnyExceptInRange((byte)' ', (byte)'~') && value.Contains((byte)'=');

    private static string Text(ReadOnlySpan<byte> value) =>
        value[..2].SequenceEqual("00"u8) ? Encoding.ASCII.GetString(value) : "00" + Encoding.ASCII.GetString(value[2..Length]);
}

/// <summary>The trace of a chunk.</summary>
/// <param name="Context">Context of its poll span; default where nobody listens.</param>
/// <param name="ReceivedAt">When it was complete; default where that is not known.</param>
public readonly record struct ChunkTrace(ActivityContext Context, DateTimeOffset ReceivedAt);
