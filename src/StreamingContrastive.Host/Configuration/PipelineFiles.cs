namespace StreamingContrastive.Host.Configuration;

/// <summary>
/// Finds pipeline files: a path, or the name of a file in <c>topology/pipelines</c> of the working directory, one of its parents,
/// or the program's own folder.
/// </summary>
internal sealed class PipelineFiles(string workingDirectory, string programDirectory)
{
    private const string SchemaFile = "pipeline.schema.json";
    private static readonly string Folder = Path.Combine("topology", "pipelines");

    /// <summary>Working directory and program folder of this process.</summary>
    public static PipelineFiles OfThisProcess() => new(Environment.CurrentDirectory, AppContext.BaseDirectory);

    /// <summary>The file that is meant.</summary>
    /// <exception cref="ConfigurationException">There is none; the message lists those there are.</exception>
    public string Find(string pathOrName) =>
        TryFind(pathOrName, out var file) ? file : throw new ConfigurationException([Missing(pathOrName)]);

    /// <summary>The file that is meant, if there is one.</summary>
    public bool TryFind(string pathOrName, out string file)
    {
        var path = Path.Combine(workingDirectory, pathOrName);
        if (File.Exists(path))
        {
            // As given, so that messages repeat what the reader wrote.
            file = Path.IsPathRooted(pathOrName) || workingDirectory == Environment.CurrentDirectory ? pathOrName : path;
            return true;
        }

        if (Path.GetFileName(pathOrName) == pathOrName)
        {
            var name = Path.HasExtension(pathOrName) ? pathOrName : pathOrName + ".json";
            foreach (var folder in Folders())
            {
                file = Path.Combine(folder, name);
                if (File.Exists(file))
                {
                    return true;
                }
            }
        }

        file = "";
        return false;
    }

    private ConfigurationProblem Missing(string pathOrName)
    {
        var there = Folders()
            .SelectMany(f => Directory.EnumerateFiles(f, "*.json"))
            .Select(Path.GetFileName).Where(n => n != SchemaFile)
            .Distinct().Order(StringComparer.Ordinal).ToArray();
        var found = there.Length == 0 ? $"there is no {Folder} here" : $"those of {Folder} are {string.Join(", ", there)}";
        return new("", $"There is no pipeline file {pathOrName}. Give a path, or the name of a bundled one: {found}.");
    }

    private IEnumerable<string> Folders()
    {
        for (var at = new DirectoryInfo(workingDirectory); at is not null; at = at.Parent)
        {
            var folder = Path.Combine(at.FullName, Folder);
            if (Directory.Exists(folder))
            {
                yield return folder;
                break;
            }
        }

        var bundled = Path.Combine(programDirectory, Folder);
        if (Directory.Exists(bundled))
        {
            yield return bundled;
        }
    }
}
