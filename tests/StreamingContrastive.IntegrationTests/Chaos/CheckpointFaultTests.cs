using System.Diagnostics;
using StreamingContrastive.IntegrationTests.Commands;

namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>
/// Damaged checkpoints and disks under the program itself: its exit code, what it says, and what it goes on from. A silent fresh start
/// would show as "begin 2 - 0" in the audit file. Seen red with RefuseRollback taken out of LineageLoader: a directory without a whole
/// checkpoint is started afresh.
/// </summary>
[Collection(ChaosCollection.Name)]
public sealed class CheckpointFaultTests(CheckpointFaultTests.Trained trained) : IClassFixture<CheckpointFaultTests.Trained>
{
    private const int More = 10 * ChaosPipeline.BatchSize;

    // The second half was seen red before it was mended: with --records the program looked for the newest checkpoint once more, and
    // without the permission.
    [Fact, Trait("Category", "Chaos")]
    public async Task NewestAndAnnounced_IsCut_StopsAndAsksForARollbackInWords()
    {
        using var copy = trained.Copy();
        using (var file = new FileStream(Path.Combine(copy.Newest, "query.safetensors"), FileMode.Open))
        {
            file.SetLength(file.Length / 2);
        }

        var refused = await RunAsync(copy);
        refused.ExitCode.ShouldBe(1, refused.Error);
        refused.Error.ShouldContain("--accept-rollback");
        refused.Error.ShouldContain(Path.GetFileName(copy.Newest));
        copy.Began.ShouldBeEmpty();

        var accepted = await RunAsync(copy, "--accept-rollback");
        accepted.ExitCode.ShouldBe(0, accepted.Error);
        accepted.Error.ShouldContain($"Checkpoint {Path.GetFileName(copy.Newest)} is damaged and was skipped");
        copy.Began.ShouldHaveSingleItem().ShouldContain($" {Path.GetFileName(copy.Older)} ");
    }

    [Theory, Trait("Category", "Chaos")]
    [InlineData("queue.safetensors")]
    [InlineData("manifest.json")]
    public async Task NewestAndNotAnnounced_AFlippedBit_TheOlderOneIsUsedAndTheDamagedOneNamed(string name)
    {
        using var copy = trained.Copy();
        copy.ForgetAnnouncementOfNewest();
        using (var file = new FileStream(Path.Combine(copy.Newest, name), FileMode.Open))
        {
            file.Position = file.Length / 2;
            var value = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(value ^ 1));
        }

        var result = await RunAsync(copy);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldContain($"Checkpoint {Path.GetFileName(copy.Newest)} is damaged and was skipped");
        copy.Began.ShouldHaveSingleItem().ShouldContain($" {Path.GetFileName(copy.Older)} ");
    }

    [Fact, Trait("Category", "Chaos")]
    public async Task EveryManifest_IsMissing_StopsAndStartsNothingAfresh()
    {
        using var copy = trained.Copy();
        foreach (var checkpoint in copy.Checkpoints)
        {
            File.Delete(Path.Combine(checkpoint, "manifest.json"));
        }

        var result = await RunAsync(copy);

        result.ExitCode.ShouldBe(1, result.Error);
        result.Error.ShouldContain("none of them is whole");
        result.Error.ShouldContain("manifest.json");
        copy.Began.ShouldBeEmpty();
    }

    [Fact, Trait("Category", "Chaos")]
    public async Task Directory_ReadOnly_StopsAndSaysWhatToDo()
    {
        await using var disk = await SmallDisk.MountAsync("16m");
        using var copy = trained.Copy(disk.Path);
        await disk.RemountAsync("ro");

        var result = await RunAsync(copy);

        result.ExitCode.ShouldBe(1, result.Error);
        result.Error.ShouldContain(copy.State);
        result.Error.ShouldContain("checkpoint.directory");
        copy.Began.ShouldBeEmpty();
    }

    [Fact, Trait("Category", "Chaos")]
    public async Task Disk_RunsFull_StopsWithTheReasonAndGoesOnWhenThereIsRoom()
    {
        await using var disk = await SmallDisk.MountAsync("16m");
        using var copy = trained.Copy(disk.Path);
        var checkpoint = Directory.GetFiles(copy.Newest).Sum(f => new FileInfo(f).Length);
        var used = Directory.GetFiles(disk.Path, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);
        await disk.FillAsync(leaving: checkpoint / 2);

        var full = await RunAsync(copy);
        full.ExitCode.ShouldBe(1, full.Error);
        full.Error.ShouldContain("full");
        full.Error.ShouldContain("The last committed checkpoint is whole");

        disk.MakeRoom();
        var after = await RunAsync(copy);
        after.ExitCode.ShouldBe(0, after.Error);
        copy.Began.Count.ShouldBe(2);
        copy.Began.ShouldAllBe(line => line.Contains(Path.GetFileName(copy.Newest), StringComparison.Ordinal), $"{used} bytes used before");
    }

    private Task<ProgramResult> RunAsync(StateCopy copy, params string[] more) =>
        trained.RunAsync(["--set", $"checkpoint:directory={copy.State}", "--audit", copy.AuditFile, "--records", $"{More}", .. more]);

    /// <summary>A pipeline that has trained a while and left three announced checkpoints, and records that wait.</summary>
    public sealed class Trained : IAsyncLifetime
    {
        private ChaosPipeline? _pipeline;

        private ChaosPipeline Pipeline => _pipeline ?? throw new InvalidOperationException("The fixture has not been initialised.");

        public async ValueTask InitializeAsync()
        {
            _pipeline = await ChaosPipeline.StartAsync(partitions: 3, seed: 13, "checkpointed");
            await Pipeline.ProduceAsync(40 * ChaosPipeline.BatchSize);
            await using var trainer = ChaosTrainer.Start(Pipeline);
            await trainer.FinishAsync();
            await Pipeline.ProduceAsync(40 * ChaosPipeline.BatchSize);
        }

        internal StateCopy Copy(string? into = null) => new(Pipeline.State, into);

        internal Task<ProgramResult> RunAsync(string[] arguments) => Pipeline.RunTrainerAsync(arguments);

        public ValueTask DisposeAsync() => _pipeline?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
