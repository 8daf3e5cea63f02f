namespace StreamingContrastive.Host.Configuration;

/// <summary>
/// Gathers settings from the sources, weakest first: a later source replaces an earlier one, a source that gives a key twice is
/// wrong. Problems are gathered too, so that one run of the program shows all of them.
/// </summary>
internal sealed class SettingCollector
{
    private readonly Dictionary<string, Setting> _settings = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, bool> _switches = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _elements = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _seenInSource = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The settings that won.</summary>
    public IReadOnlyDictionary<string, Setting> Settings => _settings;

    /// <summary>What was wrong.</summary>
    public List<ConfigurationProblem> Problems { get; } = [];

    /// <summary>Begins the next, stronger source.</summary>
    public void BeginSource() => _seenInSource.Clear();

    /// <summary>Takes a resolved setting.</summary>
    public void Add(Setting setting)
    {
        if (!_seenInSource.Add(setting.Key))
        {
            Problems.Add(new(setting.Key, $"{setting.Key} is given twice: {_settings[setting.Key].Source}, and {setting.Source}. Leave one of them."));
            return;
        }

        _settings[setting.Key] = setting;
        Switch(setting);
    }

    /// <summary>Notes that a list has an element, whatever is in it.</summary>
    public void AddElement(OptionSection element, string source) => _elements[element.Key] = source;

    /// <summary>The elements of a list that sources named or gave keys to, from 0 to the last of them.</summary>
    public IReadOnlyList<OptionSection> ElementsOf(OptionList list)
    {
        var count = OptionList.MaxElements;
        while (count > 0 && !Has(list.Element(count - 1)))
        {
            count--;
        }

        return [.. Enumerable.Range(0, count).Select(list.Element)];
    }

    /// <summary>Whether a source named an element of a list or gave it a key.</summary>
    public bool Has(OptionSection element) =>
        _elements.ContainsKey(element.Key) || _settings.Keys.Any(k => k.StartsWith(element.Key + ":", StringComparison.OrdinalIgnoreCase));

    /// <summary>Where a key was given, or the first key below it; "default" where it was not.</summary>
    public string SourceOf(string key) =>
        _settings.TryGetValue(key, out var own) ? own.Source
        : _settings.Where(s => s.Key.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase)).Select(s => s.Value.Source).FirstOrDefault()
        ?? (_elements.TryGetValue(key, out var element) ? element : "default");

    /// <summary>Whether a section that may be absent was switched on, itself or by one of its keys.</summary>
    public bool IsOn(string section) => _switches.TryGetValue(section, out var on) && on;

    // A key of a section switches it on; so does its own "true". Sources come weakest first, so the last word is the strongest.
    private void Switch(Setting setting)
    {
        if (setting.Option is OptionSwitch)
        {
            _switches[setting.Key] = OptionSwitch.Parse(setting.Text) ?? false;
            return;
        }

        for (var cut = setting.Key.LastIndexOf(':'); cut > 0; cut = setting.Key.LastIndexOf(':', cut - 1))
        {
            _switches[setting.Key[..cut]] = true;
        }
    }

    /// <summary>Resolves a written key and takes it, or notes what is wrong with it.</summary>
    public void Add(string key, string text, string source)
    {
        var (setting, problem) = KeyResolver.Resolve(key, text, source);
        if (setting is not null)
        {
            Add(setting);
        }
        else
        {
            Problems.Add(problem!);
        }
    }
}
