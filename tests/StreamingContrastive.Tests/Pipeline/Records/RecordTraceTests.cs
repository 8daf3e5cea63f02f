using System.Diagnostics;
using System.Text;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Records;

public sealed class RecordTraceTests
{
    private const string Parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    [Fact]
    public void Parse_WellFormed_IsKeptWithItsStateAndReadable()
    {
        var at = DateTimeOffset.UnixEpoch.AddDays(3);

        var trace = RecordTrace.Parse(Bytes(Parent), Bytes("congo=t61rcWkgMzE,rojo=00f067aa0ba902b7"), at);

        trace.ShouldBe(new RecordTrace(Parent, "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7", at));
        trace.Context.TraceId.ToHexString().ShouldBe("4bf92f3577b34da6a3ce929d0e0e4736");
        trace.Context.SpanId.ToHexString().ShouldBe("00f067aa0ba902b7");
        trace.Context.TraceFlags.ShouldBe(ActivityTraceFlags.Recorded);
        trace.Context.TraceState.ShouldBe("congo=t61rcWkgMzE,rojo=00f067aa0ba902b7");
        trace.Context.IsRemote.ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more")]
    [InlineData("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01")]
    [InlineData("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01")]
    [InlineData("00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g")]
    [InlineData("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more")]
    public void Parse_Malformed_IsDroppedWithItsState(string parent) =>
        RecordTrace.Parse(Bytes(parent), Bytes("congo=1"), DateTimeOffset.UnixEpoch).IsPresent.ShouldBeFalse();

    [Fact]
    public void Parse_LaterVersionThatSaysMore_IsUnderstoodAsTheFirst() =>
        RecordTrace.Parse(Bytes("cc" + Parent[2..] + "-what-comes"), default, default).TraceParent.ShouldBe(Parent);

    [Theory]
    [InlineData("no equals sign")]
    [InlineData("a=\u0007")]
    [InlineData("")]
    public void Parse_MalformedState_IsDroppedAlone(string state)
    {
        var trace = RecordTrace.Parse(Bytes(Parent), Bytes(state), default);

        (trace.TraceParent, trace.TraceState).ShouldBe((Parent, null));
    }

    [Fact]
    public void Parse_StateOfMoreThan512Bytes_IsDroppedAlone()
    {
        RecordTrace.Parse(Bytes(Parent), Bytes("a=" + new string('x', 510)), default).TraceState.ShouldNotBeNull();
        RecordTrace.Parse(Bytes(Parent), Bytes("a=" + new string('x', 511)), default).TraceState.ShouldBeNull();
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
