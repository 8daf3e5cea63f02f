using System.Globalization;
using StreamingContrastive.Host.Operations;
using StreamingContrastive.Pipeline.Cluster.Security;
using StreamingContrastive.Pipeline.Operations;

namespace StreamingContrastive.IntegrationTests.Cluster;

/// <summary>What an operator does to a cluster of processes that speak mutual TLS, each time through another node.</summary>
[Collection(Chaos.ChaosCollection.Name)]
[Trait("Category", "Chaos")]
public sealed class OperationsProcessTests(ITestOutputHelper output)
{
    private const string Token = "correct horse battery staple";
    private const int Partitions = 4;

    private static readonly string[] Nodes = ["t1", "t2", "i1", "i2"];

    [Fact]
    public async Task OperatorsCommands_AtAnyNode_DoWhatTheySayAndLoseNothing()
    {
        var folder = Directory.CreateTempSubdirectory("operations-");
        try
        {
            await RunAsync(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task RunAsync(string folder)
    {
        await using var scene = await ClusterScene.StartAsync(Partitions, seed: 77);
        var ports = Nodes.Zip(FreePorts.Take(Nodes.Length)).ToDictionary(p => p.First, p => p.Second);
        var tokenFile = Path.Combine(folder, "token");
        await File.WriteAllTextAsync(tokenFile, Token, TestContext.Current.CancellationToken);
        TrialCertificates.Create(folder, Nodes, TimeSpan.FromDays(1), TimeProvider.System.GetUtcNow());
        scene.Further = name =>
        [
            "--web", ports[name].ToString(CultureInfo.InvariantCulture), "--web-token-file", tokenFile,
            "--set", $"cluster:tls:certificate={Path.Combine(folder, TrialCertificates.CertificateFile(name))}",
            "--set", $"cluster:tls:key={Path.Combine(folder, TrialCertificates.KeyFile(name))}",
            "--set", $"cluster:tls:authority={Path.Combine(folder, TrialCertificates.AuthorityFile)}",
        ];
        await scene.BeginAsync(ingests: 2, rate: 400);
        var anybody = scene.Running.First();
        OperationsClient Client(string node) => new($"127.0.0.1:{ports[node]}", Token, insecureNetwork: false);
        async Task<PipelineStatus> StatusAsync(string node)
        {
            using var client = Client(node);
            return await client.StatusAsync(TestContext.Current.CancellationToken);
        }

        async Task<PipelineStatus?> TryStatusAsync(string node)
        {
            try
            {
                return await StatusAsync(node);
            }
            catch (NodeAnswerException)
            {
                return null; // It is being started.
            }
        }

        async Task<string> DoAsync(string node, PipelineOperation operation)
        {
            using var client = Client(node);
            var result = await client.DoAsync(operation, TestContext.Current.CancellationToken);
            output.WriteLine($"{operation} at {node}: {result.Text}");
            result.IsDone.ShouldBeTrue(result.Text);
            return result.Text;
        }

        async Task<PipelineStatus> UntilAsync(string node, Func<PipelineStatus, bool> holds, string what)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(300));
            for (var status = await TryStatusAsync(node); ; status = await TryStatusAsync(node))
            {
                if (status is not null && holds(status))
                {
                    return status;
                }

                limit.IsCancellationRequested.ShouldBeFalse($"{what} did not come; last: {(status is null ? "no answer" : string.Join('\n', StatusText.Lines(status)))}\n{anybody.Tail()}");
                await pause.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            }
        }

        var begun = await UntilAsync("i1", s => s.Members.Count == 4 && s.Trainer is { RecordsPerSecond: > 0 } t && t.Ingests.Sum(i => i.Partitions.Count) == Partitions && t.Lag >= 0, "four members and all partitions");
        output.WriteLine(string.Join('\n', StatusText.Lines(begun)));
        begun.Members.Select(m => string.Join(',', m.Roles)).Order().ShouldBe(["ingest", "ingest", "trainer", "trainer"]);
        begun.Trainer!.Ingests.Count.ShouldBe(2);

        await DoAsync("i2", PipelineOperation.Pause);
        var paused = await UntilAsync("t2", s => s.Trainer is { IsPaused: true, RecordsPerSecond: 0 }, "a paused trainer at rest");
        paused.Trainer!.Ingests.ShouldAllBe(i => i.Granted >= i.Sent);
        await DoAsync("t2", PipelineOperation.Resume);
        await UntilAsync("i1", s => s.Trainer is { IsPaused: false } t && t.Trained > paused.Trainer.Trained, "a step after the pause");

        var checkpoint = await DoAsync("i1", PipelineOperation.Checkpoint);
        var seen = await StatusAsync("t1");
        var name = checkpoint.Split(' ').Single(word => word.Length == seen.Trainer!.Checkpoint!.Length && word[0] == '0');
        string.CompareOrdinal(name, seen.Trainer!.Checkpoint).ShouldBeLessThanOrEqualTo(0); // Another one may have followed since.

        var (epoch, active) = (scene.Epoch!.Epoch, scene.Active!);
        await DoAsync("i2", PipelineOperation.StepDown);
        await anybody.UntilAsync(() => scene.Epoch!.Epoch > epoch, "the standby's epoch");
        await scene.TrainsAsync(epoch + 1);
        var lastStep = scene.Pipeline.Audit.Ranges.Where(r => r.Epoch == epoch).Max(r => r.Step);
        scene.Epoch!.Parent!.Value.Step.ShouldBe(lastStep); // Not one step was lost: the new epoch goes on at the last one of the old.
        active.HasExited.ShouldBeFalse();
        await UntilAsync("i1", s => s.Members.Count(m => m.State == "up") == 4 && s.Trainer is { RecordsPerSecond: > 0 }, "the one that stepped down as a standby");

        await scene.FinishAndCheckAsync();
    }
}
