using System.Globalization;

namespace StreamingContrastive.Host.Configuration;

/// <summary>Checks lists of brokers before a client tries them for a minute.</summary>
internal static class BrokerList
{
    /// <summary>What is wrong with a comma-separated host:port list, or null.</summary>
    public static string? Check(string list)
    {
        foreach (var broker in list.Split(','))
        {
            var address = broker.Trim();
            var authority = address[(address.IndexOf("://", StringComparison.Ordinal) is var at and >= 0 ? at + 3 : 0)..];
            var colon = authority.LastIndexOf(':');
            var inBrackets = authority.EndsWith(']');
            var host = colon < 0 || inBrackets ? authority : authority[..colon];
            var port = colon < 0 || inBrackets ? "9092" : authority[(colon + 1)..];
            if (host.Trim().Length == 0 || !int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535)
            {
                return $"kafka:bootstrapServers = \"{list}\": \"{address}\" is no broker address. Write host:port, several separated by commas, for instance 127.0.0.1:9092.";
            }
        }

        return null;
    }
}
