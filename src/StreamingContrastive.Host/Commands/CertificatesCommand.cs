using System.CommandLine;
using StreamingContrastive.Pipeline.Cluster.Security;

namespace StreamingContrastive.Host.Commands;

/// <summary><c>certificates create</c>: an authority and nodes' certificates, for a trial of a cluster.</summary>
internal static class CertificatesCommand
{
    private const int DefaultDays = 30;
    private const int MostDays = 3650;

    /// <summary>The command with its subcommand.</summary>
    public static Command Create(ProgramContext context) =>
        new TeachingCommand("certificates", "Make certificates for the nodes of a cluster, for a trial.")
        {
            Examples = ["certificates create certs --node trainer-1 --node trainer-2 --node ingest-1"],
            Subcommands = { New(context) },
        };

    private static TeachingCommand New(ProgramContext context)
    {
        var command = new TeachingCommand("create", "Make an authority where there is none yet, and a certificate for every node.")
        {
            Notes =
            [
                "PEM files that only their owner can read. The directory keeps the authority's key, so that nodes can be added: whoever reads it can join the cluster.",
                "A node takes them with --set cluster:tls:certificate=DIRECTORY/NAME.pem --set cluster:tls:key=DIRECTORY/NAME.key --set cluster:tls:authority=DIRECTORY/authority.pem",
                "For more than a trial take your own authority (cert-manager, Vault, step-ca): the same three options.",
            ],
            Examples = ["certificates create certs --node trainer-1 --node trainer-2 --node ingest-1", "certificates create certs --node ingest-2 --days 7"],
        };
        var directory = new Argument<string>("DIRECTORY") { Description = "Where the files go." };
        var nodes = new Option<string[]>("--node") { Description = "Name of a node; may be repeated.", HelpName = "NAME", Required = true };
        var days = new Option<int>("--days") { Description = $"Days for which they are valid, 1 to {MostDays}. Default {DefaultDays}.", DefaultValueFactory = _ => DefaultDays };
        days.Validators.Add(v => CommonOptions.RequireWhole(v, 1, MostDays, $"1 to {MostDays}"));
        command.Add(directory);
        command.Add(nodes);
        command.Add(days);
        command.SetAction(async (parse, _) =>
        {
            var written = TrialCertificates.Create(
                parse.GetRequiredValue(directory), parse.GetRequiredValue(nodes), TimeSpan.FromDays(parse.GetValue(days)), context.Clock.GetUtcNow());
            foreach (var file in written)
            {
                await context.Out.WriteLineAsync(file).ConfigureAwait(false);
            }

            return ExitCodes.Ok;
        });
        return command;
    }
}
