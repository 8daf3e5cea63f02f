using System.ComponentModel.DataAnnotations;
using System.Reflection;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Host.Configuration;

/// <summary>Checks bound options: first every value by its attributes, then the rules between values whose own values are sound.</summary>
internal static class OptionsValidator
{
    /// <summary>All problems of <paramref name="options"/>, with the sources of the values.</summary>
    public static IReadOnlyList<ConfigurationProblem> Check(PipelineOptions options, SettingCollector collected)
    {
        // A value that could not be read was replaced by its default: a rule about it would speak of a value nobody wrote.
        var unsound = collected.Problems.Select(p => p.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var found = new List<ConfigurationProblem>();
        CheckSection(OptionTree.Root, options, collected, found);
        unsound.UnionWith(found.Select(p => p.Key));
        foreach (var rule in CrossFieldRules.All.Where(r => !r.Keys.Any(unsound.Contains)))
        {
            if (rule.Check(options) is { } wrong)
            {
                var given = rule.Keys.Select(k => $"{k}: {collected.SourceOf(k)}");
                found.Add(new(rule.Keys[0], $"{wrong} ({string.Join("; ", given)})"));
            }
        }

        foreach (var problem in PartRules.Of(options).Where(p => !unsound.Any(k => k.StartsWith(p.Key, StringComparison.OrdinalIgnoreCase))))
        {
            found.Add(problem with { Message = $"{problem.Message} ({collected.SourceOf(problem.Key)})" });
        }

        return found;
    }

    private static void CheckSection(OptionSection section, object owner, SettingCollector collected, List<ConfigurationProblem> found)
    {
        foreach (var child in section.Children)
        {
            switch (child)
            {
                case OptionSection nested:
                    if (nested.Read(owner) is { } present)
                    {
                        CheckSection(nested, present, collected, found);
                    }

                    break;
                case OptionList list:
                    foreach (var (element, item) in list.Elements(owner))
                    {
                        CheckSection(element, item, collected, found);
                    }

                    break;
                case OptionValue value:
                    var given = value.Read(owner);
                    if (value.Property.GetCustomAttributes<ValidationAttribute>().Any(a => !a.IsValid(given)))
                    {
                        var shown = given is null ? "null" : ValueFormat.Format(given);
                        found.Add(new(value.Key, $"{value.Key} = {shown} ({collected.SourceOf(value.Key)}) is not allowed. Allowed: {AllowedValues.Describe(value)}."));
                    }

                    break;
            }
        }
    }
}
