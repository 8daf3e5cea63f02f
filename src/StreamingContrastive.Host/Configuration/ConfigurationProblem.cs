namespace StreamingContrastive.Host.Configuration;

/// <summary>One thing that is wrong with a configuration.</summary>
/// <param name="Key">The key, sections joined by colons, such as <c>training:batchSize</c>; empty for a whole file.</param>
/// <param name="Message">What was given and where, why it cannot be, and what is allowed. Never contains a secret.</param>
internal sealed record ConfigurationProblem(string Key, string Message);
