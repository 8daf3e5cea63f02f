namespace StreamingContrastive.IntegrationTests.Hosting;

/// <summary>Waits until something that moves has come to rest, and says what never did.</summary>
internal static class Still
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    /// <summary>The value is above nothing and has not changed for a second.</summary>
    public static async Task<long> OfAsync(Func<long> value, string what)
    {
        var clock = TimeProvider.System;
        var (began, since, last) = (clock.GetTimestamp(), clock.GetTimestamp(), value());
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (last == 0 || clock.GetElapsedTime(since) < Quiet)
        {
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            clock.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(60), what);
            if (value() != last)
            {
                (since, last) = (clock.GetTimestamp(), value());
            }
        }

        return last;
    }
}
