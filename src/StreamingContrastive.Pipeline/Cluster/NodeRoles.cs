namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>What a node of a cluster does (design.md section 4).</summary>
[Flags]
public enum NodeRoles
{
    /// <summary>Nothing: there is no cluster, one process does everything.</summary>
    None = 0,

    /// <summary>Consumes its share of the partitions, augments, sends pairs to the trainer.</summary>
    Ingest = 1,

    /// <summary>Trains, or stands by until it has to.</summary>
    Trainer = 2,

    /// <summary>Shows the dashboard.</summary>
    Web = 4,
}

/// <summary>The roles as they are written.</summary>
public static class NodeRoleNames
{
    /// <summary>Consumes and augments.</summary>
    public const string Ingest = "ingest";

    /// <summary>Trains or stands by.</summary>
    public const string Trainer = "trainer";

    /// <summary>Shows.</summary>
    public const string Web = "web";

    /// <summary>All, in the order in which they are shown.</summary>
    public static IReadOnlyList<string> All { get; } = [Ingest, Trainer, Web];

    /// <summary>Reads a comma-separated list.</summary>
    /// <param name="text">The list; empty is none.</param>
    /// <param name="roles">The roles.</param>
    /// <param name="unknown">The first name that is no role, or null.</param>
    /// <returns>False where one is unknown.</returns>
    public static bool TryParse(string text, out NodeRoles roles, out string? unknown)
    {
        (roles, unknown) = (NodeRoles.None, null);
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var role = name.ToLowerInvariant() switch
            {
                Ingest => NodeRoles.Ingest,
                Trainer => NodeRoles.Trainer,
                Web => NodeRoles.Web,
                _ => NodeRoles.None,
            };
            if (role == NodeRoles.None)
            {
                unknown = name;
                return false;
            }

            roles |= role;
        }

        return true;
    }

    /// <summary>Reads a list that was checked before: a name that is no role counts for nothing.</summary>
    public static NodeRoles Parse(string text) => TryParse(text, out var roles, out _) ? roles : NodeRoles.None;

    /// <summary>The names of some roles.</summary>
    public static IReadOnlyList<string> Of(NodeRoles roles) =>
        [.. All.Where(name => TryParse(name, out var role, out _) && roles.HasFlag(role))];
}
