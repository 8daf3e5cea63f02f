using System.Globalization;
using System.Net;
using StreamingContrastive.Host.Commands;

namespace StreamingContrastive.Host.Web;

/// <summary>Where the dashboard listens: an address of this machine and a port.</summary>
/// <param name="Address">Address.</param>
/// <param name="Port">Port; 0 takes any free one.</param>
internal sealed record WebAddress(IPAddress Address, int Port)
{
    /// <summary>Where the demo listens.</summary>
    public static WebAddress Default { get; } = new(IPAddress.Loopback, 5080);

    /// <summary>Whether only this machine can reach it.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(Address);

    /// <summary>Reads PORT, ADDRESS:PORT, [ADDRESS]:PORT, localhost:PORT or *:PORT.</summary>
    /// <exception cref="UsageException">It is none of these.</exception>
    public static WebAddress Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        var (host, port) = colon < 0 ? ("127.0.0.1", text) : (text[..colon], text[(colon + 1)..]);
        return int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= IPEndPoint.MaxPort && AddressOf(host) is { } address
            ? new WebAddress(address, number)
            : throw new UsageException($"--web is '{text}'; allowed is off, a port such as 5080, or an address of this machine with a port such as 127.0.0.1:5080, [::1]:5080 or 0.0.0.0:5080.");
    }

    /// <inheritdoc />
    public override string ToString() => new IPEndPoint(Address, Port).ToString();

    private static IPAddress? AddressOf(string host) => host switch
    {
        "localhost" => IPAddress.Loopback,
        "*" => IPAddress.Any,
        ['[', .. var inner, ']'] => IPAddress.TryParse(inner, out var v6) ? v6 : null,
        _ => IPAddress.TryParse(host, out var address) && address.ToString() == host ? address : null, // "5" is an address to TryParse, and a typing error here.
    };
}
