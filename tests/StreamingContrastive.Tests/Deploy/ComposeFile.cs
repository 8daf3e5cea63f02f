using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace StreamingContrastive.Tests.Deploy;

/// <summary>docker-compose.yml as the tests look at it.</summary>
internal static partial class ComposeFile
{
    public static JsonObject Document { get; } = Yaml.Load("docker-compose.yml");

    public static IReadOnlyDictionary<string, JsonObject> Services { get; } =
        Document.At("services").AsObject().ToDictionary(s => s.Key, s => s.Value!.AsObject());

    /// <summary>Services whose image is this program's.</summary>
    public static IEnumerable<KeyValuePair<string, JsonObject>> Program =>
        Services.Where(s => s.Value.Text("build", "dockerfile") is not null);

    public static bool IsOnce(JsonObject service) => service.Text("restart") == "no";

    public static bool HasHealthcheck(JsonObject service) => service["healthcheck"] is JsonObject check && check.Text("disable") != "true" && check["test"] is JsonArray;

    /// <summary>Environment with ${NAME:-default} as its default.</summary>
    public static Dictionary<string, string> Environment(JsonObject service) =>
        (service["environment"] as JsonObject ?? []).ToDictionary(e => e.Key, e => Variable().Replace(e.Value!.ToString(), "$1"));

    public static IEnumerable<ManifestCommand> Commands() =>
        Program.Select(s => new ManifestCommand($"docker-compose.yml, {s.Key}", s.Value["command"].Texts(), Environment(s.Value)));

    /// <summary>Folders and files of the checkout that are mounted: SOURCE:TARGET[:ro].</summary>
    public static IEnumerable<(string Service, string Source, string Target)> Mounts() =>
        from service in Services
        from volume in service.Value["volumes"].Texts()
        let parts = volume.Split(':')
        select (service.Key, parts[0], parts[1]);

    /// <summary>Files of the secrets.</summary>
    public static IEnumerable<string> Secrets() => Document.At("secrets").AsObject().Select(s => s.Value.Text("file").ShouldNotBeNull());

    [GeneratedRegex(@"\$\{\w+:-([^}]*)\}")]
    private static partial Regex Variable();
}
