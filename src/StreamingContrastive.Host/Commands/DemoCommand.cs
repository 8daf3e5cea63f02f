using System.CommandLine;
using System.Globalization;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Host.Web;

namespace StreamingContrastive.Host.Commands;

/// <summary><c>demo</c>: everything in one process, nothing to install.</summary>
internal static class DemoCommand
{
    /// <summary>The command; <paramref name="runner"/> does the work.</summary>
    public static Command Create(ProgramContext context, IDemoRunner runner)
    {
        var command = new TeachingCommand("demo", "Watch an encoder learn from a stream of real pictures, in one process with its own broker.")
        {
            Notes =
            [
                "Streams the bundled Fashion-MNIST test pictures (8,000 to learn from, 2,000 held out) through an embedded broker.",
                "Ctrl-C writes a checkpoint and leaves; the same command goes on from there (state/demo below the working directory).",
                "A dashboard at http://127.0.0.1:5080 shows it meanwhile: map of embeddings, neighbours, loss, where time goes. Only this machine can reach it.",
                "The labels are never trained on: they measure, by nearest neighbours, how good the embeddings are.",
            ],
            Examples =
            [
                "demo",
                "demo --minutes 1 --report report.json",
                "demo --png --poison 0.01",
                "demo --data /usr/share/datasets/fashion-mnist --records 60000 --compare-bare",
            ],
        };
        var data = new Option<string?>("--data") { Description = "Folder with the full set (60,000 + 10,000), as Debian's dataset-fashion-mnist installs it.", HelpName = "DIR" };
        var records = CommonOptions.PositiveCount("--records", "Stop after so many records.");
        var minutes = CommonOptions.PositiveNumber("--minutes", "Stop after so many minutes.");
        var passes = CommonOptions.PositiveCount("--passes", "Stream the data set so many times.");
        var report = new Option<string?>("--report") { Description = "Write the result to this JSON file.", HelpName = "FILE" };
        var bare = new Option<bool>("--compare-bare") { Description = "Also time the same trainer on batches in memory." };
        var fresh = new Option<bool>("--fresh") { Description = "Forget what an earlier demo has learned, and start over." };
        var png = new Option<bool>("--png") { Description = "Send PNG files instead of raw pixels, so that they have to be decoded." };
        var poison = new Option<double>("--poison") { Description = "Share of records that no decoder accepts, 0 to 0.4; they end in the dead-letter topic.", HelpName = "share" };
        poison.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 0.4))
            {
                result.AddError($"--poison {(result.Tokens.Count > 0 ? result.Tokens[0].Value : "")} is not allowed. Allowed: a number from 0 to 0.4; above half of its input a pipeline stops.");
            }
        });
        var sets = new Option<string[]>("--set") { Description = "Replace one option of the pipeline; may be repeated.", HelpName = "key=value", DefaultValueFactory = _ => [] };
        foreach (var option in (Option[])[data, records, minutes, passes, report, bare, fresh, png, poison, sets])
        {
            command.Add(option);
        }

        var web = new WebSelection(command, WebAddress.Default);
        command.SetAction((parse, cancellation) => runner.RunAsync(
            new DemoRequest(
                parse.GetValue(data),
                parse.GetValue(records),
                parse.GetValue(minutes) is { } m ? TimeSpan.FromMinutes(m) : null,
                parse.GetValue(passes),
                parse.GetValue(report),
                parse.GetValue(bare),
                parse.GetValue(fresh),
                parse.GetValue(png),
                parse.GetValue(poison),
                [.. parse.GetRequiredValue(sets).Select(s => new Assignment(s))],
                parse.GetValue<bool>(CommandLineProgram.VerboseOption),
                web.Read(parse, context)),
            context,
            cancellation));
        return command;
    }
}
