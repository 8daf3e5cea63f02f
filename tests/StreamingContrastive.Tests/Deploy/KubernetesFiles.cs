using System.Text.Json.Nodes;
using StreamingContrastive.Tests.Structure;

namespace StreamingContrastive.Tests.Deploy;

/// <summary>The manifests below deploy/kubernetes, as written and as kustomize builds them.</summary>
internal static class KubernetesFiles
{
    public const string Folder = "deploy/kubernetes";

    private static readonly string[] _kustomizationKinds = ["Kustomization", "Component"];

    /// <summary>Paths of all YAML files, from the checkout's root.</summary>
    public static string[] Paths { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(SourceTree.Root, Folder), "*.yaml", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(SourceTree.Root, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    /// <summary>Manifests of objects, by path.</summary>
    public static IReadOnlyDictionary<string, JsonObject> Objects { get; } =
        Paths.Select(p => (p, o: Yaml.Load(p))).Where(f => !_kustomizationKinds.Contains(f.o.Text("kind"))).ToDictionary(f => f.p, f => f.o);

    /// <summary>Kustomizations and components, by path.</summary>
    public static IReadOnlyDictionary<string, JsonObject> Kustomizations { get; } =
        Paths.Select(p => (p, o: Yaml.Load(p))).Where(f => _kustomizationKinds.Contains(f.o.Text("kind"))).ToDictionary(f => f.p, f => f.o);

    /// <summary>Pod templates of an object's workload; none for other kinds.</summary>
    public static IEnumerable<JsonObject> Pods(JsonObject o) => o["spec"]?["template"]?["spec"] is JsonObject pod ? [pod] : [];

    public static IEnumerable<JsonObject> Containers(JsonObject pod) => pod["containers"]!.AsArray().Select(c => c!.AsObject());

    public static IEnumerable<JsonObject> AllContainers(JsonObject pod) =>
        Containers(pod).Concat((pod["initContainers"] as JsonArray ?? []).Select(c => c!.AsObject()));

    /// <summary>Command lines of the program in all workloads. What the pod's own metadata fills in stands as "from-the-pod".</summary>
    public static IEnumerable<ManifestCommand> Commands() =>
        from o in Objects
        from pod in Pods(o.Value)
        from container in AllContainers(pod)
        select new ManifestCommand(
            $"{o.Key}, {container.Text("name")}",
            container["args"].Texts(),
            container["env"]!.AsArray().ToDictionary(e => e.Text("name")!, e => e.Text("value") ?? "from-the-pod"));

    /// <summary>Builds an overlay with kubectl, or skips where there is none.</summary>
    public static async Task<List<JsonObject>> BuildAsync(string overlay)
    {
        ToolResult built = await Tool.RunAsync("kubectl", "kustomize", $"{Folder}/overlays/{overlay}");
        built.ExitCode.ShouldBe(0, built.Error);
        return Yaml.Documents(built.Output);
    }
}
