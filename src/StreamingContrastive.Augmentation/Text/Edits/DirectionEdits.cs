namespace StreamingContrastive.Augmentation.Text.Edits;

/// <summary>
/// Another direction. Points of the compass are always one; left, right, up and down only beside a word that makes them one (arrow,
/// pointing, turn), because "right now" is no direction and "slow up" is "slow down". Words for one turn (anticlockwise,
/// counterclockwise) are never exchanged.
/// </summary>
internal static class DirectionEdits
{
    private static readonly string[] Compass = ["north", "east", "south", "west"];

    private static readonly Dictionary<string, string[]> Others = new()
    {
        ["left"] = ["right"],
        ["right"] = ["left"],
        ["leftwards"] = ["rightwards"],
        ["rightwards"] = ["leftwards"],
        ["up"] = ["down"],
        ["down"] = ["up"],
        ["upwards"] = ["downwards"],
        ["downwards"] = ["upwards"],
        ["clockwise"] = ["counterclockwise"],
        ["counterclockwise"] = ["clockwise"],
        ["anticlockwise"] = ["clockwise"],
    };

    private static readonly string[] ClearAlone = ["leftwards", "rightwards", "upwards", "downwards", "clockwise", "counterclockwise", "anticlockwise"];
    private static readonly string[] ClearBefore = ["pointing", "tilted", "facing", "turn", "turns", "turned", "turning", "thumbs", "thumb", "arrow", "arrows", "curving", "upper", "lower", "up", "down"];
    private static readonly string[] ClearAfter = ["arrow", "arrows", "side", "button", "corner", "facing", "pointing", "fist", "hand", "triangle", "left", "right"];

    public static IEnumerable<string> Of(EditedWord word)
    {
        if (Compass.Contains(word.Lower))
        {
            return Compass.Where(c => c != word.Lower).Select(word.With);
        }

        return Others.TryGetValue(word.Lower, out var others) && (ClearAlone.Contains(word.Lower) || ClearBefore.Contains(word.Before) || ClearAfter.Contains(word.After))
            ? others.Select(word.With)
            : [];
    }
}
