using System.Globalization;
using Spectre.Console;

namespace StreamingContrastive.Host.Evaluation;

/// <summary>The rows as a table on a terminal, as plain lines elsewhere.</summary>
internal static class EvaluationTable
{
    /// <summary>Prints all rows; columns that no row has are left out.</summary>
    public static void Print(IReadOnlyList<EvaluationRow> rows, TextWriter output, bool terminal)
    {
        var columns = EvaluationNames.Figures.Where(f => rows.Any(r => r.Figures.ContainsKey(f.Name))).ToList();
        if (!terminal)
        {
            foreach (var row in rows)
            {
                output.WriteLine($"{EvaluationNames.Title(row.Part)} ({Seeds(row)}): {string.Join("  ", columns.Where(c => row.Figures.ContainsKey(c.Name)).Select(c => $"{c.Title} {Cell(row, c.Name)}"))}");
            }

            return;
        }

        var table = new Table().Border(TableBorder.Rounded).Title("Accuracy").AddColumns(["", "seeds", .. columns.Select(c => c.Title)]);
        foreach (var row in rows)
        {
            table.AddRow([EvaluationNames.Title(row.Part), row.Seeds.Count.ToString(CultureInfo.InvariantCulture), .. columns.Select(c => Cell(row, c.Name))]);
        }

        AnsiConsole.Write(table);
    }

    private static string Seeds(EvaluationRow row) => row.Seeds.Count == 1 ? $"seed {row.Seeds[0]}" : $"{row.Seeds.Count} seeds";

    private static string Cell(EvaluationRow row, string figure) => !row.Figures.TryGetValue(figure, out var f) ? ""
        : f.Deviation is { } deviation ? string.Create(CultureInfo.InvariantCulture, $"{f.Mean:0.0000} ± {deviation:0.0000}")
        : f.Mean.ToString("0.0000", CultureInfo.InvariantCulture);
}
