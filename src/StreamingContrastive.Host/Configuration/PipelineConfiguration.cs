using Microsoft.Extensions.Configuration;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Clients;

namespace StreamingContrastive.Host.Configuration;

/// <summary>
/// Reads, binds and validates a pipeline: defaults, then the file, then environment variables, then --set, each stronger than the
/// one before. Nothing unknown and nothing impossible passes.
/// </summary>
internal static class PipelineConfiguration
{
    /// <summary>Loads a pipeline.</summary>
    /// <exception cref="ConfigurationException">Anything is wrong; all problems are in it.</exception>
    public static LoadedPipeline Load(ConfigurationRequest request, PipelineFiles files)
    {
        var file = request.PipelineFile is { } name ? files.Find(name) : null;
        var collected = new SettingCollector();
        var readable = file is null || PipelineFileSettings.Collect(file, ReadFile(file), collected);
        EnvironmentSettings.Collect(request.Environment, collected);
        AssignmentSettings.Collect(request.Assignments, collected);

        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var setting in collected.Settings.Values)
        {
            if (Check(setting, out var text) is { } problem)
            {
                collected.Problems.Add(problem);
            }
            else
            {
                values[setting.Key] = text;
            }
        }

        CheckLists(collected);
        SectionSwitches.Apply(collected, values);
        var options = new ConfigurationBuilder().AddInMemoryCollection(values).Build()
            .Get<PipelineOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new PipelineOptions();
        if (readable)
        {
            // Without the file the values are not those that the reader meant: limits would be checked on the wrong ones.
            collected.Problems.AddRange(OptionsValidator.Check(options, collected));
        }

        if (request.Connects && readable)
        {
            CheckClients(options, collected);
        }

        return collected.Problems.Count == 0 ? new LoadedPipeline(options, file) : throw new ConfigurationException(collected.Problems);
    }

    private static byte[] ReadFile(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([new("", $"The pipeline file {file} cannot be read: {e.Message}")]);
        }
    }

    private static void CheckClients(PipelineOptions options, SettingCollector collected)
    {
        try
        {
            KafkaClientSettings.Validate(options.Kafka);
        }
        catch (KafkaSettingException e)
        {
            collected.Problems.Add(new(KafkaOptions.SectionName, e.Message));
        }
    }

    // The binder closes gaps: the second part would silently become the first.
    private static void CheckLists(SettingCollector collected)
    {
        foreach (var list in OptionTree.Lists(OptionTree.Root))
        {
            var missing = collected.ElementsOf(list).FirstOrDefault(e => !collected.Has(e));
            if (missing is not null)
            {
                var last = collected.ElementsOf(list)[^1];
                collected.Problems.Add(new(list.Key, $"{last.Key} ({collected.SourceOf(last.Key)}) is given and {missing.Key} is not: the elements of {list.Key} are numbered from 0 without a gap."));
            }
        }
    }

    private static ConfigurationProblem? Check(Setting setting, out string? text)
    {
        text = setting.Text;
        switch (setting.Option)
        {
            case OptionMap when setting.Entry!.Contains(':', StringComparison.Ordinal) || setting.Entry.Trim().Length == 0:
                return new(setting.Key, $"{setting.Key} ({setting.Source}) is no name of a setting: librdkafka's names have letters, digits, dots and underscores.");
            case OptionMap when setting.Text is null:
                return new(setting.Key, $"{setting.Key} ({setting.Source}) is null. Allowed: a text; leave the key out to unset it.");
            case OptionSwitch when OptionSwitch.Parse(setting.Text) is null:
                return new(setting.Key, $"{setting.Key} = {setting.Shown} ({setting.Source}) is not allowed. Allowed: {OptionSwitch.Allowed}.");
            case OptionValue { Nullable: false } value when setting.Text is null:
                return new(setting.Key, $"{setting.Key} = null ({setting.Source}) is no value. Allowed: {AllowedValues.Describe(value)}.");
            case OptionValue value when setting.Text is not null:
                if (ValueFormat.Parse(value.Type, setting.Text) is not { } parsed)
                {
                    return new(setting.Key, $"{setting.Key} = {setting.Shown} ({setting.Source}) is not allowed. Allowed: {AllowedValues.Describe(value)}.");
                }

                text = ValueFormat.FormatForBinder(parsed);
                return null;
            default:
                return null;
        }
    }
}
