using System.Diagnostics;
using StreamingContrastive.Pipeline.Kafka.Embedded;

namespace StreamingContrastive.IntegrationTests.Kafka;

/// <summary>Another program, with another build of the client, uses the embedded broker through its fixed port.</summary>
public sealed class KcatTests
{
    [Fact]
    public async Task Kcat_ThroughTheForwarder_ProducesListsAndConsumes()
    {
        var kcat = new[] { "/usr/bin/kcat", "/usr/bin/kafkacat", "/usr/local/bin/kcat" }.FirstOrDefault(File.Exists);
        Assert.SkipWhen(kcat is null, "kcat is not installed (Debian: apt-get install kcat).");
        await using var kafka = EmbeddedKafka.Start(new EmbeddedKafkaOptions(Topics: [new TopicDefinition("t", 3)], FixedPort: 0));

        await RunAsync(kcat!, "one\ntwo\nthree\n", "-P", "-b", kafka.BootstrapServers, "-t", "t", "-p", "1");
        var listed = await RunAsync(kcat!, "", "-L", "-b", kafka.BootstrapServers);
        var consumed = await RunAsync(kcat!, "", "-C", "-b", kafka.BootstrapServers, "-t", "t", "-o", "beginning", "-e", "-q", "-f", "%p:%o:%s\n");

        listed.ShouldContain("topic \"t\" with 3 partitions");
        listed.ShouldContain($"broker 1 at {kafka.BootstrapServers}");
        consumed.ShouldBe("1:0:one\n1:1:two\n1:2:three\n");
        KafkaIo.Watermarks(kafka.BootstrapServers, "t", 1).ShouldBe((0, 3));
    }

    private static async Task<string> RunAsync(string program, string input, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            process.ExitCode.ShouldBe(0, await errors);
            return output;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
