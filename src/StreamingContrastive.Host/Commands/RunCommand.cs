using System.CommandLine;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Host.Web;
using StreamingContrastive.Pipeline.Cluster;

namespace StreamingContrastive.Host.Commands;

/// <summary><c>run</c>: a pipeline, until it is stopped.</summary>
internal static class RunCommand
{
    /// <summary>The command; <paramref name="runner"/> does the work.</summary>
    public static Command Create(ProgramContext context, IPipelineRunner runner)
    {
        var command = new TeachingCommand("run", "Run a pipeline: consume, train, checkpoint, publish.")
        {
            Notes =
            [
                "Runs until Ctrl-C, which drains, writes a checkpoint and leaves; the same command goes on from there.",
                "With --role (or cluster:roles) it is one node of several: ingest nodes read and augment, one trainer trains, another stands by, web shows.",
                "A broker that does not answer is tried again, with growing pauses, until --connect-timeout; then the exit code is 1.",
            ],
            Examples =
            [
                "run fashion-mnist",
                "run my.json --bootstrap kafka-1:9092,kafka-2:9092 --set training:batchSize=128",
                "run my.json --records 60000",
                "run my.json --web 127.0.0.1:5080",
                "run my.json --role trainer --set cluster:port=4053",
                "run my.json --role ingest --set cluster:port=4054 --set cluster:seedNodes=127.0.0.1:4053",
            ],
        };
        var pipeline = new PipelineSelection(command, required: true);
        var gap = new Option<string?>("--on-gap")
        {
            Description = "What to do when the topic no longer holds the next offset: fail, earliest or latest (the same as --set input:onGap=...).",
            HelpName = "policy",
        };
        var records = CommonOptions.PositiveCount("--records", "Stop after so many consumed records; the remainder smaller than a batch is trained too.");
        var rollback = new Option<bool>("--accept-rollback") { Description = "Go on from an older checkpoint although a newer model version was announced." };
        var rewarm = new Option<bool>("--rewarm")
        {
            Description = "The stream has changed: for training:rewarmSteps steps raise the learning rate by training:rewarmRateFactor and let m fall back to training:momentum.",
        };
        var audit = new Option<string?>("--audit")
        {
            Description = "Append every range of offsets that was passed, with its epoch and step, to this file; restarts go on with it.",
            HelpName = "file",
        };
        var roles = new Option<string[]>("--role")
        {
            Description = "What this node of a cluster does: ingest, trainer or web; may be repeated (the same as --set cluster:roles=...). Default: one process does everything.",
            HelpName = "role",
            DefaultValueFactory = _ => [],
        };
        var insecure = new Option<bool>("--insecure-network")
        {
            Description = "Let other machines reach this node of a cluster without TLS: for a network that nobody else reaches (the same as --set cluster:insecureNetwork=true).",
        };
        command.Add(gap);
        command.Add(roles);
        command.Add(insecure);
        command.Add(records);
        command.Add(rollback);
        command.Add(rewarm);
        command.Add(audit);
        var web = new WebSelection(command, byDefault: null);
        command.SetAction((parse, cancellation) =>
        {
            var named = parse.GetRequiredValue(roles);
            var loaded = pipeline.Load(parse, context,
            [
                .. Assignment.Shorthand("input:onGap", parse.GetValue(gap), gap.Name),
                .. Assignment.Shorthand("cluster:roles", named.Length == 0 ? null : string.Join(',', named), roles.Name),
                .. Assignment.Shorthand("cluster:insecureNetwork", parse.GetValue(insecure) ? "true" : null, insecure.Name),
            ]);
            var node = NodeRoleNames.Parse(loaded.Options.Cluster.Roles);
            if (parse.GetValue(records) is not null && node is not NodeRoles.None && !node.HasFlag(NodeRoles.Trainer))
            {
                throw new UsageException($"--records is counted by the trainer, and this node is {loaded.Options.Cluster.Roles}: give it to the nodes with --role trainer.");
            }

            var request = new PipelineRunRequest(loaded, parse.GetValue(records), parse.GetValue(rollback), parse.GetValue(rewarm), parse.GetValue(audit), parse.GetValue<bool>(CommandLineProgram.VerboseOption), web.Read(parse, context, node.HasFlag(NodeRoles.Web) ? WebAddress.Default : null));
            return runner.RunAsync(request, context, cancellation);
        });
        return command;
    }
}
