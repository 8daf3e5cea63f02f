using System.Diagnostics;

namespace StreamingContrastive.IntegrationTests.Cluster;

/// <summary>
/// Two network namespaces, a and b, that reach each other and this machine over virtual cables, until they are cut from each other: what
/// stands in both of them, the broker and the checkpoint directory, stays within reach. Takes root and <c>ip</c>.
/// </summary>
internal sealed class NetworkSpaces : IAsyncDisposable
{
    private const string ForwardFile = "/proc/sys/net/ipv4/ip_forward";
    private static readonly string[] Names = ["a", "b"];

    private readonly string _prefix = $"sc{Environment.ProcessId % 10_000}";
    private readonly string _forwarded = File.ReadAllText(ForwardFile);

    /// <summary>Address of this machine that both reach.</summary>
    public static string Here => "10.213.1.1";

    /// <summary>Makes them, or skips where that cannot be.</summary>
    public static async Task<NetworkSpaces> CreateAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root" && await SucceedsAsync("netns", "list"), "network namespaces take root and the program ip");
        var spaces = new NetworkSpaces();
        try
        {
            await spaces.MakeAsync();
            return spaces;
        }
        catch
        {
            await spaces.DisposeAsync();
            throw;
        }
    }

    private async Task MakeAsync()
    {
        await File.WriteAllTextAsync(ForwardFile, "1", TestContext.Current.CancellationToken);
        foreach (var (i, name) in Names.Index())
        {
            var (space, cable, subnet) = (Space(name), $"{_prefix}{name}", $"10.213.{i + 1}");
            await IpAsync("netns", "add", space);
            await IpAsync("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", space);
            await IpAsync("addr", "add", $"{subnet}.1/24", "dev", cable);
            await IpAsync("link", "set", cable, "up");
            await IpAsync("-n", space, "addr", "add", $"{subnet}.2/24", "dev", "eth0");
            await IpAsync("-n", space, "link", "set", "eth0", "up");
            await IpAsync("-n", space, "link", "set", "lo", "up");
            await IpAsync("-n", space, "route", "add", "default", "via", $"{subnet}.1");
        }
    }

    /// <summary>Name of a namespace, as ip knows it.</summary>
    public string Space(string name) => $"{_prefix}-{name}";

    /// <summary>Address of what runs in a namespace.</summary>
    public static string Address(string name) => $"10.213.{Array.IndexOf(Names, name) + 1}.2";

    /// <summary>Neither reaches the other any more.</summary>
    public Task CutAsync() => RoutesAsync("add");

    /// <summary>They reach each other again.</summary>
    public Task HealAsync() => RoutesAsync("del");

    public async ValueTask DisposeAsync()
    {
        foreach (var name in Names)
        {
            await SucceedsAsync("link", "del", _prefix + name); // With its namespace it would go too, a while later: the next test makes it again.
            await SucceedsAsync("netns", "del", Space(name));
        }

        await File.WriteAllTextAsync(ForwardFile, _forwarded);
    }

    private async Task RoutesAsync(string verb)
    {
        await IpAsync("-n", Space("a"), "route", verb, "blackhole", "10.213.2.0/24");
        await IpAsync("-n", Space("b"), "route", verb, "blackhole", $"{Address("a")}/32");
    }

    private static async Task IpAsync(params string[] arguments) => (await SucceedsAsync(arguments)).ShouldBeTrue($"ip {string.Join(' ', arguments)}");

    private static async Task<bool> SucceedsAsync(params string[] arguments)
    {
        try
        {
            using var ip = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardOutput = true })!;
            await ip.StandardOutput.ReadToEndAsync();
            await ip.WaitForExitAsync();
            return ip.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // There is no such program.
        }
    }
}
