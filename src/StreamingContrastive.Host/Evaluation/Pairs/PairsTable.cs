using System.Globalization;
using Spectre.Console;

namespace StreamingContrastive.Host.Evaluation.Pairs;

/// <summary>Rows of retrieval as a table on a terminal, as plain lines elsewhere.</summary>
internal static class PairsTable
{
    /// <summary>Prints all rows, then what each gains over plain InfoNCE.</summary>
    public static void Print(EvaluationReport report, TextWriter output, bool terminal)
    {
        var directions = PairsPlan.Directions.Where(d => report.Table.Any(r => r.Figures.ContainsKey(d.Figure(PairDirection.Recalls[0])))).ToList();
        if (terminal)
        {
            var table = new Table().Border(TableBorder.Rounded).Title("R@1 / R@5 / R@10").AddColumns(["", "seeds", .. directions.Select(Title)]);
            foreach (var row in report.Table)
            {
                table.AddRow([EvaluationNames.Title(row.Part), row.Seeds.Count.ToString(CultureInfo.InvariantCulture), .. directions.Select(d => Cell(row, d))]);
            }

            AnsiConsole.Write(table);
        }
        else
        {
            foreach (var row in report.Table)
            {
                output.WriteLine($"{EvaluationNames.Title(row.Part)} ({row.Seeds.Count} seeds): {string.Join("  ", directions.Select(d => $"{Title(d)} {Cell(row, d)}"))}");
            }
        }

        PrintEdits(report, output);
        foreach (var gain in (report.AgainstPlain ?? []).Where(g => directions.Exists(d => g.Figure == d.Figure(1) || g.Figure == d.Figure(10)) || EditQuestions.Pictures.Any(p => g.Figure == EditQuestions.Figure(p))))
        {
            var verdict = gain.Low > 0 ? "better than plain" : gain.High < 0 ? "worse than plain" : "not told apart from plain";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{EvaluationNames.Title(gain.Part)}, {gain.Figure}: {gain.Mean:+0.000;-0.000;0.000} [{gain.Low:+0.000;-0.000;0.000}, {gain.High:+0.000;-0.000;0.000}], {verdict}"));
        }

        foreach (var row in report.Table)
        {
            var seen = row.Figures.Where(f => PolicyWatch.Prefixes.Any(prefix => f.Key.StartsWith(prefix, StringComparison.Ordinal))).ToList();
            if (seen.Count > 0)
            {
                output.WriteLine($"{EvaluationNames.Title(row.Part)}: {string.Join("  ", seen.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Key} {f.Value.Mean:0.000}")))}");
            }
        }
    }

    private static void PrintEdits(EvaluationReport report, TextWriter output)
    {
        foreach (var row in report.Table.Where(r => r.Figures.ContainsKey(EditQuestions.Asked)))
        {
            var shares = EditQuestions.Pictures.Select(EditQuestions.Figure).Append(EditQuestions.Blind).Where(row.Figures.ContainsKey).Select(name => $"{name} {Value(row.Figures[name])}");
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{EvaluationNames.Title(row.Part)}, own text among its edits, {row.Figures[EditQuestions.Asked].Mean:0} emoji: {string.Join("  ", shares)}  (chance {row.Figures[EditQuestions.Chance].Mean:0.000})"));
        }
    }

    private static string Title(PairDirection direction) => $"{direction.From} -> {direction.To}";

    private static string Cell(EvaluationRow row, PairDirection direction) => string.Join(" / ", PairDirection.Recalls.Select(k =>
        row.Figures.TryGetValue(direction.Figure(k), out var figure) ? Value(figure) : "-"));

    private static string Value(EvaluationFigure figure) => figure.Deviation is { } deviation
        ? string.Create(CultureInfo.InvariantCulture, $"{figure.Mean:0.000} ± {deviation:0.000}")
        : figure.Mean.ToString("0.000", CultureInfo.InvariantCulture);
}
