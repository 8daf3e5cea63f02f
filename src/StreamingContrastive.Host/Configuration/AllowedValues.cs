using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace StreamingContrastive.Host.Configuration;

/// <summary>Says in words what an option's attributes allow.</summary>
internal static class AllowedValues
{
    /// <summary>For instance "a whole number from 2 to 65536", or "one of auto, cpu, cuda".</summary>
    public static string Describe(OptionValue option)
    {
        if (option.Property.GetCustomAttribute<AllowedValuesAttribute>() is { } some)
        {
            return "one of " + string.Join(", ", some.Values.Select(v => Convert.ToString(v, CultureInfo.InvariantCulture)));
        }

        var type = ValueFormat.Allowed(option.Type);
        if (option.Property.GetCustomAttribute<RangeAttribute>() is { } range)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{type} from {range.Minimum} to {range.Maximum}");
        }

        if (option.Property.GetCustomAttribute<RegularExpressionAttribute>() is { } pattern)
        {
            return $"{type} that matches {pattern.Pattern}";
        }

        return option.Property.IsDefined(typeof(RequiredAttribute)) ? $"{type}, not empty" : type;
    }
}
