using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Configuration;

namespace StreamingContrastive.Tests.Host.Commands;

public sealed class FailureTextTests
{
    [Fact]
    public void ExitCodeOf_Failures_TellsUsageFromRunTime()
    {
        FailureText.ExitCodeOf(new ConfigurationException([new("a", "b")])).ShouldBe(2);
        FailureText.ExitCodeOf(new AggregateException(new UsageException("x"))).ShouldBe(2);
        FailureText.ExitCodeOf(new IOException("x")).ShouldBe(1);
    }

    [Fact]
    public void Of_WrapperWithoutMeaning_ShowsWhatIsInside() =>
        FailureText.Of(new TypeInitializationException("T", new DllNotFoundException("libtorch is missing.")), verbose: false)
            .ShouldBe("libtorch is missing.");

    [Fact]
    public void Of_Cancellation_SaysThatItWasStopped() =>
        FailureText.Of(new TaskCanceledException(), verbose: false).ShouldBe("Stopped before it was done.");

    [Fact]
    public void Of_InnerThatRepeats_IsSaidOnce() =>
        FailureText.Of(new IOException("It failed: no route.", new IOException("no route.")), verbose: false)
            .ShouldBe("It failed: no route.");
}
