using System.Text.Json.Nodes;
using System.Xml.Linq;
using k8s;
using k8s.Models;
using StreamingContrastive.Host.Commands;
using StreamingContrastive.Tests.Host.Commands;
using StreamingContrastive.Tests.Structure;

namespace StreamingContrastive.Tests.Deploy;

/// <summary>No cluster runs here: manifests are read with Kubernetes' own types, built by kustomize, and run past this program's parser.</summary>
public sealed class KubernetesTests
{
    // Types of objects that the client knows; the two others are of operators.
    private static readonly Dictionary<string, Func<string, object>> _strict = new()
    {
        ["ServiceAccount"] = y => KubernetesYaml.Deserialize<V1ServiceAccount>(y, strict: true),
        ["Service"] = y => KubernetesYaml.Deserialize<V1Service>(y, strict: true),
        ["StatefulSet"] = y => KubernetesYaml.Deserialize<V1StatefulSet>(y, strict: true),
        ["Deployment"] = y => KubernetesYaml.Deserialize<V1Deployment>(y, strict: true),
        ["PodDisruptionBudget"] = y => KubernetesYaml.Deserialize<V1PodDisruptionBudget>(y, strict: true),
        ["NetworkPolicy"] = y => KubernetesYaml.Deserialize<V1NetworkPolicy>(y, strict: true),
        ["PersistentVolumeClaim"] = y => KubernetesYaml.Deserialize<V1PersistentVolumeClaim>(y, strict: true),
        ["Namespace"] = y => KubernetesYaml.Deserialize<V1Namespace>(y, strict: true),
    };

    private static readonly string[] _ofOperators = ["ScaledObject", "ServiceMonitor"];

    public static TheoryData<string> ObjectPaths => [.. KubernetesFiles.Objects.Keys];

    public static TheoryData<string> KustomizationPaths => [.. KubernetesFiles.Kustomizations.Keys];

    public static TheoryData<string> Overlays => ["single-node", "cluster"];

    [Theory]
    [MemberData(nameof(ObjectPaths))]
    public void Object_Fields_AreThoseThatKubernetesKnows(string path)
    {
        JsonObject o = KubernetesFiles.Objects[path];

        o.Text("apiVersion").ShouldNotBeNull();
        o.Text("metadata", "name").ShouldNotBeNull();
        string kind = o.Text("kind").ShouldNotBeNull();
        if (!_ofOperators.Contains(kind))
        {
            _strict.ShouldContainKey(kind);
            Should.NotThrow(() => _strict[kind](File.ReadAllText(Path.Combine(SourceTree.Root, path))));
        }
    }

    [Fact]
    public void Object_UnknownField_WouldBeFound() =>
        Should.Throw<Exception>(() => _strict["StatefulSet"]("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: x }\nspec: { replica: 1 }\n"));

    [Theory]
    [MemberData(nameof(KustomizationPaths))]
    public void Kustomization_Files_Exist(string path)
    {
        JsonObject kustomization = KubernetesFiles.Kustomizations[path];
        string folder = Path.GetDirectoryName(Path.Combine(SourceTree.Root, path))!;
        string[] named =
        [
            .. kustomization["resources"].Texts(),
            .. kustomization["components"].Texts(),
            .. (kustomization["configMapGenerator"] as JsonArray ?? []).SelectMany(g => g!["files"].Texts()),
        ];

        named.ShouldNotBeEmpty();
        named.Where(n => !Path.Exists(Path.Combine(folder, n))).ShouldBeEmpty();
        Directory.EnumerateFiles(folder, "*.yaml").Select(Path.GetFileName).Except([.. named, "kustomization.yaml"]).ShouldBeEmpty("a file that no kustomization takes");
    }

    [Theory]
    [MemberData(nameof(ObjectPaths))]
    public void Workload_Containers_AreContainedProbedAndBounded(string path)
    {
        foreach (JsonObject pod in KubernetesFiles.Pods(KubernetesFiles.Objects[path]))
        {
            CheckPod(pod);
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_Built_KeepsTheRulesAndItsNames(string overlay)
    {
        List<JsonObject> objects = await KubernetesFiles.BuildAsync(overlay);

        objects.Where(o => o.Text("kind") != "Namespace").ShouldAllBe(o => o.Text("metadata", "namespace") == "streaming-contrastive");
        objects.Select(o => $"{o.Text("kind")}/{o.Text("metadata", "name")}").ShouldBeUnique();
        JsonObject trainer = objects.Single(o => o.Text("kind") == "StatefulSet");
        trainer.Text("spec", "replicas").ShouldBe(overlay == "cluster" ? "2" : "1");
        objects.SelectMany(KubernetesFiles.Pods).ToList().ForEach(CheckPod);
        foreach (JsonObject pod in objects.SelectMany(KubernetesFiles.Pods))
        {
            string[] configMaps = [.. pod["volumes"]!.AsArray().Select(v => v.Text("configMap", "name")).OfType<string>()];
            configMaps.Except(objects.Where(o => o.Text("kind") == "ConfigMap").Select(o => o.Text("metadata", "name"))).ShouldBeEmpty("the hash of the pipeline file is in the name");
            string[] claims = [.. pod["volumes"]!.AsArray().Select(v => v.Text("persistentVolumeClaim", "claimName")).OfType<string>()];
            claims.Except(objects.Where(o => o.Text("kind") == "PersistentVolumeClaim").Select(o => o.Text("metadata", "name"))).ShouldBeEmpty();
        }

        // A template of the same name would win over the shared claim.
        JsonNode[] templates = [.. (trainer["spec"]!["volumeClaimTemplates"] as JsonArray ?? []).Select(c => c!)];
        JsonNode[] claimed = [.. templates, .. objects.Where(o => o.Text("kind") == "PersistentVolumeClaim")];
        templates.Length.ShouldBe(overlay == "cluster" ? 0 : 1);
        claimed.ShouldHaveSingleItem()["spec"]!["accessModes"].Texts().ShouldBe([overlay == "cluster" ? "ReadWriteMany" : "ReadWriteOnce"]);
    }

    public static TheoryData<string> ProgramContainers => [.. KubernetesFiles.Commands().Select(c => c.Where)];

    [Theory]
    [MemberData(nameof(ProgramContainers))]
    public void Command_OfThisProgram_IsAcceptedByIt(string container)
    {
        KubernetesFiles.Commands().Single(c => c.Where == container).Problems().ShouldBeEmpty();
    }

    /// <summary>Both kinds of node find each other at the trainers' own addresses, and say what they are.</summary>
    [Fact]
    public async Task Cluster_Nodes_HaveRolesAndCommonSeeds()
    {
        List<JsonObject> objects = await KubernetesFiles.BuildAsync("cluster");
        JsonObject trainer = objects.Single(o => o.Text("kind") == "StatefulSet");
        JsonObject ingest = objects.Single(o => o.Text("kind") == "Deployment");

        trainer.Text("spec", "replicas").ShouldBe("2");
        Container(trainer)["args"].Texts().ShouldContain("--role=trainer");
        Container(ingest)["args"].Texts().ShouldContain("--role=ingest");
        string service = trainer.Text("spec", "serviceName")!;
        foreach (JsonObject container in (JsonObject[])[Container(trainer), Container(ingest)])
        {
            Variable(container, "STREAMING_CONTRASTIVE__CLUSTER__SEEDNODES").ShouldBe($"trainer-0.{service}:4053,trainer-1.{service}:4053");
            Variable(container, "STREAMING_CONTRASTIVE__CLUSTER__PROFILE").ShouldBe("kubernetes");
            container["ports"]!.AsArray().Single(p => p.Text("name") == "cluster").Text("containerPort").ShouldBe("4053");
        }

        ingest.Text("spec", "replicas").ShouldBeNull("KEDA decides");
        JsonObject scaled = objects.Single(o => o.Text("kind") == "ScaledObject");
        (scaled.Text("spec", "scaleTargetRef", "name"), scaled.Text("metadata", "annotations", "autoscaling.keda.sh/paused-replicas")).ShouldBe(("ingest", null));

        static JsonObject Container(JsonObject workload) => KubernetesFiles.Containers(KubernetesFiles.Pods(workload).Single()).Single();
        static string? Variable(JsonObject container, string name) => container["env"]!.AsArray().Single(e => e.Text("name") == name).Text("value");
    }

    [Fact]
    public void ScaledObject_TopicAndGroup_AreThePipelines()
    {
        JsonNode trigger = KubernetesFiles.Objects["deploy/kubernetes/overlays/cluster/ingest-scaled-object.yaml"]["spec"]!["triggers"]![0]!;
        var options = StreamingContrastive.Host.Configuration.PipelineConfiguration.Load(
            new(Path.Combine(SourceTree.Root, KubernetesFiles.Folder, "base/pipeline.json"), new Dictionary<string, string>(), []),
            StreamingContrastive.Host.Configuration.PipelineFiles.OfThisProcess()).Options;

        trigger.Text("metadata", "topic").ShouldBe(options.Input.Topic);
        trigger.Text("metadata", "consumerGroup").ShouldBe(options.Input.GroupId ?? options.Name);
        KubernetesFiles.Commands().Select(c => c.Environment["STREAMING_CONTRASTIVE__KAFKA__BOOTSTRAPSERVERS"]).Distinct()
            .ShouldBe([trigger.Text("metadata", "bootstrapServers")]);
    }

    [Fact]
    public void Images_Version_IsTheProjects()
    {
        string version = XDocument.Load(Path.Combine(SourceTree.Root, "Directory.Build.props")).Descendants("Version").Single().Value;

        KubernetesFiles.Objects.Values.SelectMany(KubernetesFiles.Pods).SelectMany(KubernetesFiles.AllContainers).Select(c => c.Text("image")).Distinct()
            .ShouldBe([$"streaming-contrastive:{version}-cpu"]);
    }

    [Fact]
    public void TimeToStop_OfTheTrainer_CoversTheProgramsOwn() =>
        int.Parse(KubernetesFiles.Objects["deploy/kubernetes/base/trainer.yaml"].Text("spec", "template", "spec", "terminationGracePeriodSeconds")!, System.Globalization.CultureInfo.InvariantCulture)
            .ShouldBeGreaterThan((int)CommandLineProgram.TerminationTimeout.TotalSeconds);

    private static void CheckPod(JsonObject pod)
    {
        pod.Text("automountServiceAccountToken").ShouldBe("false");
        pod.Text("securityContext", "runAsNonRoot").ShouldBe("true");
        pod.Text("securityContext", "seccompProfile", "type").ShouldBe("RuntimeDefault");
        foreach (JsonObject container in KubernetesFiles.AllContainers(pod))
        {
            container.Text("image").ShouldNotBeNull().ShouldMatch(@":\d+\.\d+\.\d+");
            container.Text("securityContext", "allowPrivilegeEscalation").ShouldBe("false");
            container.Text("securityContext", "readOnlyRootFilesystem").ShouldBe("true");
            container["securityContext"]!["capabilities"]!["drop"].Texts().ShouldBe(["ALL"]);
            container.Text("securityContext", "privileged").ShouldBeNull();
            container.Text("resources", "requests", "cpu").ShouldNotBeNull();
            container.Text("resources", "limits", "memory").ShouldNotBeNull();
            container["volumeMounts"]!.AsArray().Select(m => m.Text("mountPath")).ShouldContain("/tmp");
        }

        foreach (JsonObject container in KubernetesFiles.Containers(pod))
        {
            string port = container["ports"]!.AsArray().Single(p => p.Text("name") == "web").Text("containerPort")!;
            container["args"].Texts().ShouldContain($"--web=0.0.0.0:{port}");
            container.Text("livenessProbe", "httpGet", "path").ShouldBe("/healthz");
            container.Text("startupProbe", "httpGet", "path").ShouldBe("/healthz");
            container.Text("readinessProbe", "httpGet", "path").ShouldBe("/readyz");
            foreach (string probe in (string[])["startupProbe", "livenessProbe", "readinessProbe"])
            {
                container.Text(probe, "httpGet", "port").ShouldBe("web");
            }
        }
    }
}
