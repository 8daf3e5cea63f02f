namespace StreamingContrastive.IntegrationTests.Commands;

/// <summary>The broker command as a process, on a free port.</summary>
internal sealed class BrokerProcess : IAsyncDisposable
{
    private BrokerProcess(ProgramProcess program, string bootstrap)
    {
        Program = program;
        Bootstrap = bootstrap;
    }

    public ProgramProcess Program { get; }

    public string Bootstrap { get; }

    public static Task<BrokerProcess> StartAsync(params string[] topics) => StartAsync(topics, []);

    /// <summary>Starts it with further arguments.</summary>
    public static async Task<BrokerProcess> StartAsync(string[] topics, string[] more)
    {
        var program = ProgramProcess.Start(["broker", "--port", "0", .. more, .. topics.SelectMany(t => new[] { "--topic", t })]);
        var line = await program.ReadLineAsync();
        if (line is null || !line.StartsWith("bootstrap ", StringComparison.Ordinal))
        {
            var end = await program.EndAsync();
            throw new InvalidOperationException($"The broker did not start: '{line}', {end}");
        }

        return new BrokerProcess(program, line["bootstrap ".Length..]);
    }

    public ValueTask DisposeAsync() => Program.DisposeAsync();
}
