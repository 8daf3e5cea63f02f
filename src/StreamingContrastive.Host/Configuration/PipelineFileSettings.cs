using System.Text;
using System.Text.Json;

namespace StreamingContrastive.Host.Configuration;

/// <summary>
/// Settings from a pipeline file: JSON with comments and trailing commas. Own reading instead of the JSON configuration provider,
/// because that one forgets on which line a key stood.
/// </summary>
internal ref struct PipelineFileSettings
{
    private readonly string _file;
    private readonly ReadOnlySpan<byte> _json;
    private readonly SettingCollector _into;
    private Utf8JsonReader _reader;

    private PipelineFileSettings(string file, ReadOnlySpan<byte> json, SettingCollector into)
    {
        _file = file;
        _json = json;
        _into = into;
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
    }

    /// <summary>Adds the file's settings; false where it is no JSON at all, which is then the only problem that is noted of it.</summary>
    public static bool Collect(string file, ReadOnlySpan<byte> json, SettingCollector into)
    {
        into.BeginSource();
        var body = json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;
        var walk = new PipelineFileSettings(file, body, into);
        try
        {
            walk.ReadDocument();
            return true;
        }
        catch (JsonException e)
        {
            into.Problems.Add(new("", $"{file}, {Position(body, e)}: not valid JSON: {Reason(e)}"));
            return false;
        }
    }

    private void ReadDocument()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _into.Problems.Add(new("", $"{_file}: a pipeline file is a JSON object with the sections {string.Join(", ", OptionTree.Root.Children.Select(c => c.Name))}."));
            return;
        }

        ReadSection(OptionTree.Root);

        // Anything after the object makes the reader throw, with its position.
        _reader.Read();
    }

    private void ReadSection(OptionSection section)
    {
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = _reader.GetString()!;
            var source = Source();
            _reader.Read();
            if (section.Key.Length == 0 && name == "$schema")
            {
                _reader.Skip();
                continue;
            }

            switch (section.Find(name))
            {
                case null:
                    _into.Problems.Add(KeyResolver.Unknown(section, name, source));
                    _reader.Skip();
                    break;
                case OptionSection nested when _reader.TokenType == JsonTokenType.StartObject:
                    if (nested.Switch is { } on)
                    {
                        _into.Add(new Setting(on, null, "true", source));
                    }

                    ReadSection(nested);
                    break;
                case OptionSection { Switch: { } onOff }:
                    ReadScalar(onOff, null, source);
                    break;
                case OptionSection nested:
                    _into.Problems.Add(KeyResolver.NotAValue(nested, source));
                    _reader.Skip();
                    break;
                case OptionList list:
                    ReadList(list, source);
                    break;
                case OptionMap map:
                    ReadMap(map, source);
                    break;
                case OptionLeaf value:
                    ReadScalar(value, null, source);
                    break;
            }
        }
    }

    private void ReadList(OptionList list, string source)
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            _into.Problems.Add(KeyResolver.NotAnElement(list, source));
            _reader.Skip();
            return;
        }

        for (var index = 0; _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; index++)
        {
            if (_reader.TokenType != JsonTokenType.StartObject || index >= OptionList.MaxElements)
            {
                _into.Problems.Add(KeyResolver.NotAnElement(list, Source()));
                _reader.Skip();
                continue;
            }

            _into.AddElement(list.Element(index), Source());
            ReadSection(list.Element(index));
        }
    }

    private void ReadMap(OptionMap map, string source)
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _into.Problems.Add(new(map.Key, $"{map.Key} ({source}) is a dictionary: write an object such as {{ \"security.protocol\": \"SSL\" }}."));
            _reader.Skip();
            return;
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var entry = _reader.GetString()!;
            var where = Source();
            _reader.Read();
            ReadScalar(map, entry, where);
        }
    }

    private void ReadScalar(OptionLeaf option, string? entry, string source)
    {
        var setting = new Setting(option, entry, null, source);
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                var allowed = option switch
                {
                    OptionValue value => ValueFormat.Allowed(value.Type),
                    OptionSwitch => OptionSwitch.Allowed,
                    _ => "a text",
                };
                _into.Problems.Add(new(setting.Key, $"{setting.Key} ({source}) is an {(_reader.TokenType == JsonTokenType.StartObject ? "object" : "array")}. Allowed: {allowed}."));
                _reader.Skip();
                break;
            case JsonTokenType.String:
                _into.Add(setting with { Text = _reader.GetString() });
                break;
            case JsonTokenType.Null:
                _into.Add(setting);
                break;
            default:
                _into.Add(setting with { Text = Encoding.UTF8.GetString(_reader.ValueSpan) });
                break;
        }
    }

    private readonly string Source() => $"{_file}, line {1 + _json[..(int)_reader.TokenStartIndex].Count((byte)'\n')}";

    private static string Position(ReadOnlySpan<byte> json, JsonException e)
    {
        var rest = json;
        for (var line = 0L; line < e.LineNumber; line++)
        {
            rest = rest[(rest.IndexOf((byte)'\n') + 1)..];
        }

        var column = 1 + Encoding.UTF8.GetCharCount(rest[..Math.Min(rest.Length, (int)(e.BytePositionInLine ?? 0))]);
        return $"line {e.LineNumber + 1}, column {column}";
    }

    // The reader appends its own, zero-based position to the sentence.
    private static string Reason(JsonException e) => e.Message.Split(" LineNumber:", 2)[0].TrimEnd();
}
