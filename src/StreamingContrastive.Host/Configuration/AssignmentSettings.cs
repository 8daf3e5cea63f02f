namespace StreamingContrastive.Host.Configuration;

/// <summary>Settings from the command line, the strongest source: <c>--set key=value</c> and the options that stand for a key.</summary>
internal static class AssignmentSettings
{
    /// <summary>Adds the assignments; an assignment without an equals sign is a problem.</summary>
    public static void Collect(IEnumerable<Assignment> assignments, SettingCollector into)
    {
        into.BeginSource();
        foreach (var (text, source) in assignments)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                into.Problems.Add(new(text, $"{source} \"{text}\" has no value: write --set key=value, for instance --set training:batchSize=128."));
                continue;
            }

            into.Add(text[..equals].Trim(), text[(equals + 1)..], source);
        }
    }
}
