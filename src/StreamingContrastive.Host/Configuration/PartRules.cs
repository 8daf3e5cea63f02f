using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Text;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Encoders.Text;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Host.Configuration;

/// <summary>The rules of input:parts: each part's own, and those between parts and with the rest of the pipeline.</summary>
internal static class PartRules
{
    private static readonly string[] ReservedNames = ["label", "hardNegatives", "recordKey"];

    /// <summary>The broken rules, each with the key that it is about.</summary>
    public static IEnumerable<ConfigurationProblem> Of(PipelineOptions options)
    {
        for (var i = 0; i < options.Input.Parts.Count; i++)
        {
            var (part, key) = (options.Input.Parts[i], $"input:parts:{i}");
            foreach (var problem in Own(part, key).Concat(Shared(options.Input.Parts, i, key)).Concat(Encoder(part, key, options)).Concat(Between(options, i, key)))
            {
                yield return new(key, problem);
            }
        }

        if (ObjectiveRules.PartsProblem(options.Objective, options.Input.Parts.Count == 0 ? ["picture"] : [.. options.Input.Parts.Select(p => p.Name)]) is { } plan)
        {
            yield return new("objective:plan", plan);
        }

        if (options.Input is { UnknownParts: UnknownPartPolicy.Ignore, Parts.Count: 0 })
        {
            yield return new("input:unknownParts", "input:unknownParts = ignore, but a record is one picture: only records of input:parts have parts that could be skipped. Name those that you want there, or leave input:unknownParts out.");
        }

        foreach (var problem in HardNegatives(options.Input, options.Objective.Policies.HardNegatives))
        {
            yield return problem;
        }
    }

    // Neither does harm; but who sets one of them believes that it does something.
    private static IEnumerable<ConfigurationProblem> HardNegatives(InputOptions input, HardNegativeOptions? policy)
    {
        if (policy is not null && input.References == 0 && input.Parts.All(p => p.HardNegatives == 0))
        {
            yield return new("objective:policies:hardNegatives", "objective:policies:hardNegatives has nothing to act on: no part takes hard negatives that its record brings (input:parts:N:hardNegatives), and none are named by key (input:references). Set one of them, or leave the policy out.");
        }

        if (input.References > 0 && input.Parts.Count == 0)
        {
            yield return new("input:references", $"input:references = {input.References}, but a record is one picture: only records of input:parts have hard negatives. Name its part there, or leave input:references out.");
        }
        else if (input.References > 0 && policy is not { LogWeight: > 0, Alone: false })
        {
            yield return new("input:references", $"input:references = {input.References} has no effect: what is named by key is a candidate of queue and batch already, and counts for more only with objective:policies:hardNegatives:logWeight above 0 and without alone. Set it so, or leave input:references out.");
        }
    }

    private static IEnumerable<string> Own(PartOptions part, string key)
    {
        if (ReservedNames.Contains(part.Name))
        {
            yield return $"{key}:name = {part.Name} is a field that every JSON record may have: take another name.";
        }

        if (part.Kind == PartKind.Text)
        {
            foreach (var problem in TextOptionsValidator.Validate(part.Text, $"{key}:text"))
            {
                yield return problem;
            }

            yield break;
        }

        if (part.Payload.Format == PayloadFormat.Json)
        {
            yield return $"{key}:payload:format = json: a part is raw or image; input:format = json says that the record around it is JSON.";
        }

        foreach (var problem in PayloadOptionsValidator.Validate(part.Payload, $"{key}:payload").Concat(part.Augmentation is { } views ? Views(views, $"{key}:augmentation") : []))
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> Shared(IReadOnlyList<PartOptions> parts, int index, string key)
    {
        if (parts[index].SharesEncoderWith is not { } name)
        {
            yield break;
        }

        var owner = parts.Take(index).FirstOrDefault(p => p.Name == name);
        if (owner is null || owner.SharesEncoderWith is not null || owner.Kind != parts[index].Kind || owner.Payload.Channels != parts[index].Payload.Channels)
        {
            yield return $"{key}:sharesEncoderWith = {name}: the encoder is that of an earlier part of the same kind and channels, which does not share one itself. Name such a part, or leave it out.";
        }
        else if (parts[index].Encoder is not null)
        {
            yield return $"{key} has an encoder and shares that of {name}: leave one of the two out.";
        }
    }

    private static IEnumerable<string> Views(AugmentationOptions views, string key)
    {
        foreach (var problem in AugmentationOptionsValidator.Validate(views, key))
        {
            yield return problem;
        }

        if (views.Workers != 0)
        {
            yield return $"{key}:workers = {views.Workers}: workers take whole records. Set augmentation:workers instead.";
        }
    }

    private static IEnumerable<string> Encoder(PartOptions part, string key, PipelineOptions options)
    {
        var encoder = options.EncoderOf(part);
        var text = encoder.Text ?? new();
        string?[] own = part.Encoder is null ? [] : [EncoderOptionsValidator.Head(encoder), EncoderOptionsValidator.Splits(encoder, options.Training.BatchSize)];
        string?[] seen = part.Kind == PartKind.Picture
            ? [EncoderOptionsValidator.Width(encoder), EncoderOptionsValidator.Picture(encoder, part.Payload.Height, part.Payload.Width)]
            : [TextEncoderOptionsValidator.Heads(text), TextEncoderOptionsValidator.Dimension(text)];
        return own.Concat(seen).OfType<string>().Select(problem => $"{key}: {problem}");
    }

    private static IEnumerable<string> Between(PipelineOptions options, int index, string key)
    {
        var (parts, part) = (options.Input.Parts, options.Input.Parts[index]);
        for (var other = 0; other < index; other++)
        {
            if (parts[other].Name == part.Name)
            {
                yield return $"{key}:name = {part.Name} is the name of input:parts:{other} too: a record could not tell them apart.";
            }
        }

        var (own, first) = ((options.EncoderOf(part)).ProjectionDimension, (options.EncoderOf(parts[0])).ProjectionDimension);
        if (own != first)
        {
            yield return $"{key}:encoder:projectionDimension = {own} and that of input:parts:0 is {first}: parts that live in one space have one dimension. Make them equal.";
        }
    }
}
