using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json.Nodes;

namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>
/// Tells whether two nodes run one pipeline: a hash of every option that decides what is learned, one option each, so that a refusal can
/// name the option. Where a node stands, what it reaches and how many threads it has is its own affair and not in it.
/// An option that only one of the two knows is passed over: while a cluster is changed node by node, the newer version may have some more.
/// </summary>
internal static class ConfigurationFingerprint
{
    private static readonly string[] Sections = ["name", "seed", "input", "augmentation", "encoder", "training", "objective", "output"];

    private static readonly HashSet<string> OfANode =
        ["input:groupId", "input:groupInstanceId", "input:maxInFlightRecords", "augmentation:workers", "training:threads", "training:device"];

    /// <summary>The fingerprint: KEY=HASH, parted by spaces, in the order of the keys.</summary>
    /// <param name="effectiveConfiguration">The effective configuration as JSON.</param>
    public static string Of(ReadOnlySpan<byte> effectiveConfiguration)
    {
        if (effectiveConfiguration.IsEmpty || JsonNode.Parse(effectiveConfiguration) is not JsonObject root)
        {
            return "";
        }

        var leaves = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var section in Sections)
        {
            Flatten(section, root[section], leaves);
        }

        return string.Join(' ', leaves.Where(l => !OfANode.Contains(l.Key)).Select(l => $"{l.Key}={Hash(l.Value)}"));
    }

    /// <summary>Whether two nodes may work together.</summary>
    public static bool Agree(string one, string other) => one == other || Differing(one, other).Count == 0;

    /// <summary>Says what differs, with both hashes and what to do.</summary>
    public static string Refusal(string node, string given, string expected)
    {
        var differing = Differing(given, expected);
        var common = Read(given).Keys.Intersect(Read(expected).Keys).Order(StringComparer.Ordinal).ToList();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The node {node} runs another pipeline than the trainer: its configuration has the hash {Whole(given, common)}, the trainer's {Whole(expected, common)}. They differ in {string.Join(", ", differing)}. Give all nodes one pipeline file and one set of --set; options of a node alone (kafka, cluster, checkpoint, monitor, workers, threads, device) may differ. Nothing of it was trained.");
    }

    /// <summary>Keys that both know and whose values differ.</summary>
    private static List<string> Differing(string one, string other)
    {
        var (a, b) = (Read(one), Read(other));
        return a.Count == 0 || b.Count == 0
            ? a.Count == b.Count ? [] : ["everything: one of the two has told nothing"]
            : [.. a.Where(e => b.TryGetValue(e.Key, out var hash) && hash != e.Value).Select(e => e.Key)];
    }

    private static Dictionary<string, string> Read(string fingerprint) => fingerprint
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(e => e.Split('='))
        .Where(e => e.Length == 2)
        .ToDictionary(e => e[0], e => e[1], StringComparer.Ordinal);

    private static string Whole(string fingerprint, List<string> keys)
    {
        var entries = Read(fingerprint);
        return XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(string.Join(' ', keys.Select(k => $"{k}={entries[k]}")))).ToString("x16", CultureInfo.InvariantCulture);
    }

    private static void Flatten(string key, JsonNode? node, SortedDictionary<string, string> leaves)
    {
        switch (node)
        {
            case JsonObject section:
                foreach (var (name, value) in section)
                {
                    Flatten($"{key}:{name}", value, leaves);
                }

                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    Flatten(string.Create(CultureInfo.InvariantCulture, $"{key}:{i}"), list[i], leaves);
                }

                break;
            default:
                leaves[key] = node?.ToJsonString() ?? "null";
                break;
        }
    }

    private static string Hash(string value) => XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(value)).ToString("x8", CultureInfo.InvariantCulture);
}
