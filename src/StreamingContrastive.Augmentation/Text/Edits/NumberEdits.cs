using System.Globalization;

namespace StreamingContrastive.Augmentation.Text.Edits;

/// <summary>
/// Other numbers, a step or two away and in the same form: never 3 for three, 3 for 03 or 14 days for 2 weeks, and never a whole turn of a
/// clock. Digits inside a name (mp3, 4x4) are no number.
/// </summary>
internal static class NumberEdits
{
    // A number of nine digits still fits; longer ones are names (of accounts, of telephones) more often than numbers.
    private const int MostDigits = 9;

    private static readonly string[] Cardinals = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    private static readonly string[] Ordinals = ["", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    private static readonly int[] Steps = [1, 2, -1];

    // Fixed phrases in which the word counts nothing.
    private static readonly string[] NotBefore = ["no", "any", "every", "some", "each", "this", "that", "which", "the", "at", "a", "split"];
    private static readonly string[] NotAfter = ["another", "hand", "aid", "class"];

    public static IEnumerable<string> Of(EditedWord word)
    {
        if (word.Written.All(char.IsAsciiDigit))
        {
            if (word.Length > MostDigits)
            {
                return [];
            }

            var value = int.Parse(word.Written, CultureInfo.InvariantCulture);
            return Steps.Select(s => value + s).Where(v => v >= 0).Select(v => word.With(v.ToString(CultureInfo.InvariantCulture)));
        }

        return Among(Cardinals, 1, word).Concat(Among(Ordinals, 1, word));
    }

    private static IEnumerable<string> Among(string[] names, int least, EditedWord word)
    {
        var value = Array.IndexOf(names, word.Lower);
        var idiom = NotBefore.Contains(word.Before) || NotAfter.Contains(word.After);
        return value < least || idiom ? [] : Steps.Select(s => value + s).Where(v => v >= least && v < names.Length).Select(v => word.With(names[v]));
    }
}
