using System.CommandLine;
using StreamingContrastive.Host.Demo;
using StreamingContrastive.Host.Evaluation;
using StreamingContrastive.Host.Running;

namespace StreamingContrastive.Host.Commands;

/// <summary>The commands of the program, in the order in which help lists them.</summary>
internal static class CommandSet
{
    /// <summary>All commands.</summary>
    public static IReadOnlyList<Command> Create(ProgramContext context) =>
    [
        DemoCommand.Create(context, new DemoRunner()),
        RunCommand.Create(context, new PipelineRunner()),
        EvaluateCommand.Create(context, new EvaluationRunner()),
        DescribeCommand.Create(context),
        ProduceCommand.Create(context),
        TailCommand.Create(context),
        DeadLettersCommand.Create(context),
        TopicsCommand.Create(context),
        CheckpointCommand.Create(context),
        ResetCommand.Create(context, Console.IsInputRedirected ? null : Ask),
        BrokerCommand.Create(context),
        ClusterCommand.Create(context),
        CertificatesCommand.Create(context),
    ];

    private static string? Ask(string question)
    {
        Console.Write(question);
        return Console.ReadLine();
    }
}
