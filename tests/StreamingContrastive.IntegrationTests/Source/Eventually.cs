using System.Diagnostics;

namespace StreamingContrastive.IntegrationTests.Source;

/// <summary>Waits for something that another thread or the broker does, and says what never came.</summary>
internal static class Eventually
{
    internal static async Task BecomesTrueAsync(Func<bool> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Stopwatch.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(30), what);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
