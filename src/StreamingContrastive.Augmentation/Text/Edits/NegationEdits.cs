namespace StreamingContrastive.Augmentation.Text.Edits;

/// <summary>
/// A negation less or one more, in statements only: "Can't I pay?" asks what "Can I pay?" asks, so a verb that begins its clause, or
/// follows a question word, stays as it is. So do phrases in which the negation negates nothing (not only, with or without, no doubt).
/// </summary>
internal static class NegationEdits
{
    private static readonly Dictionary<string, string> Positive = new()
    {
        ["isn't"] = "is",
        ["aren't"] = "are",
        ["wasn't"] = "was",
        ["weren't"] = "were",
        ["can't"] = "can",
        ["cannot"] = "can",
        ["won't"] = "will",
        ["hasn't"] = "has",
        ["haven't"] = "have",
        ["hadn't"] = "had",
        ["shouldn't"] = "should",
    };

    private static readonly string[] Verbs = ["is", "are", "was", "were", "can", "will", "should", "must"];
    private static readonly string[] Negatable = [.. Verbs, "has", "have", "had", "do", "does", "did", "am", "could", "would"];
    private static readonly string[] Questions = ["why", "how", "what", "when", "where", "who", "which", "whose", "and", "or", "but", "so", "if", "whether", "than", "as"];
    private static readonly string[] NothingNegated = ["only", "just", "but", "longer", "one", "doubt", "matter", "more", "wonder", "sooner", "mind", "be", "till", "until", ""];
    private static readonly string[] Subjects = ["i", "you", "he", "she", "it", "we", "they", "my", "your", "the", "there", "this", "that", "a", "an"];

    public static IEnumerable<string> Of(EditedWord word) => word.Lower switch
    {
        "not" when Negatable.Contains(word.Before) && !NothingNegated.Contains(word.After) => [word.Without()],
        "without" when word.Before is not "or" and not "and" && word.After.Length > 0 => [word.With("with")],
        "no" when !NothingNegated.Contains(word.After) && word.Before is not "or" and not "in" => [word.Without()],
        var verb when Asks(word) => [],
        var verb when Positive.TryGetValue(verb, out var positive) && !NothingNegated.Contains(word.After) => [word.With(positive)],
        var verb when Verbs.Contains(verb) && word.After != "not" && !NothingNegated.Contains(word.After) && !Subjects.Contains(word.After) =>
            [word.With(verb == "can" ? "cannot" : $"{verb} not")],
        _ => [],
    };

    // At the start of a clause or after a question word the verb stands before its subject.
    private static bool Asks(EditedWord word) => word.Before.Length == 0 || Questions.Contains(word.Before) || Subjects.Contains(word.After);
}
