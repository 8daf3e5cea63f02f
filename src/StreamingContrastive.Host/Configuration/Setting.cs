namespace StreamingContrastive.Host.Configuration;

/// <summary>A value that one source gives to one option.</summary>
/// <param name="Option">The option, or the dictionary that the entry belongs to.</param>
/// <param name="Entry">Key inside the dictionary, its dots included; null where <paramref name="Option"/> is not a dictionary.</param>
/// <param name="Text">The value as written; null is JSON's null.</param>
/// <param name="Source">Where it was written, for a person: file and line, environment variable, or --set.</param>
internal sealed record Setting(OptionLeaf Option, string? Entry, string? Text, string Source)
{
    /// <summary>Full key, sections joined by colons.</summary>
    public string Key => Entry is null ? Option.Key : $"{Option.Key}:{Entry}";

    /// <summary>The value for a message: quoted, and hidden where the key says that it is a secret.</summary>
    public string Shown => Entry is not null && SecretKeys.IsSecret(Entry) ? SecretKeys.Removed : Text is null ? "null" : $"\"{Text}\"";
}
