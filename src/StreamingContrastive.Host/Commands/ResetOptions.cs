using System.CommandLine;
using StreamingContrastive.Pipeline.Hosting;

namespace StreamingContrastive.Host.Commands;

/// <summary>The options of <c>reset</c>.</summary>
internal sealed class ResetOptions
{
    private readonly Option<ResetTarget?> _to = new("--to")
    {
        Description = $"Where to: {ResetTarget.Allowed}.",
        HelpName = "TARGET",
        Required = true,
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (ResetTarget.Parse(text) is { } target)
            {
                return target;
            }

            result.AddError($"--to is '{text}'; allowed is {ResetTarget.Allowed}.");
            return null;
        },
    };

    private readonly Option<int?> _partition = new("--partition") { Description = "Move this partition only; the others stay where they are.", HelpName = "P" };

    private readonly Option<bool> _rollback = new("--accept-rollback") { Description = "Go back behind a checkpoint whose outputs were published: its records are trained and published again." };

    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask." };

    /// <summary>Adds the options to a command.</summary>
    public ResetOptions(Command command)
    {
        command.Add(_to);
        command.Add(_partition);
        command.Add(_rollback);
        command.Add(_yes);
    }

    /// <summary>Where to, and which partition only.</summary>
    /// <exception cref="UsageException">One partition of a checkpoint was asked for.</exception>
    public (ResetTarget Target, int? Partition) Target(ParseResult parse)
    {
        var (target, partition) = (parse.GetRequiredValue(_to)!, parse.GetValue(_partition));
        return target is ResetTarget.Checkpoint && partition is not null
            ? throw new UsageException("--partition does not go with a checkpoint: its weights stand for the offsets of all partitions. Leave it out.")
            : (target, partition);
    }

    /// <summary>Whether published outputs may be taken back.</summary>
    public bool AcceptRollback(ParseResult parse) => parse.GetValue(_rollback);

    /// <summary>Whether to ask nobody.</summary>
    public bool Yes(ParseResult parse) => parse.GetValue(_yes);
}
