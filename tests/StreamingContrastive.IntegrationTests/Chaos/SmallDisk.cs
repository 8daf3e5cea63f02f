using System.Diagnostics;

namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>A file system in memory of a given size. Mounting takes root: where it fails the test is skipped, and says so.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sc-disk-");

    private SmallDisk()
    {
    }

    public string Path => _directory.FullName;

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    public static async Task<SmallDisk> MountAsync(string size)
    {
        var disk = new SmallDisk();
        var code = OperatingSystem.IsLinux() ? await CallAsync("mount", "-t", "tmpfs", "-o", $"size={size}", "none", disk.Path) : -1;
        Assert.SkipUnless(code == 0, "A tmpfs of its own cannot be mounted here (that takes root on Linux).");
        return disk;
    }

    public async Task RemountAsync(string options) => (await CallAsync("mount", "-o", $"remount,{options}", Path)).ShouldBe(0);

    /// <summary>Takes all room but so much.</summary>
    public async Task FillAsync(long leaving)
    {
        var free = new DriveInfo(Path).AvailableFreeSpace;
        await using var file = File.Create(Ballast);
        await file.WriteAsync(new byte[free - leaving], TestContext.Current.CancellationToken);
    }

    public void MakeRoom() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        await CallAsync("umount", Path);
        _directory.Delete(recursive: true);
    }

    private static async Task<int> CallAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }
}
