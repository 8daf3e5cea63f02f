using StreamingContrastive.Host.Configuration;

namespace StreamingContrastive.Tests.Host.Configuration;

public sealed class PipelineFilesTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("files-");

    public PipelineFilesTests()
    {
        Write("repo/topology/pipelines/one.json");
        Write("repo/topology/pipelines/pipeline.schema.json");
        Write("repo/src/deep/here.json");
        Write("program/topology/pipelines/two.json");
    }

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("here.json", "repo/src/deep/here.json")]
    [InlineData("one", "repo/topology/pipelines/one.json")]
    [InlineData("one.json", "repo/topology/pipelines/one.json")]
    [InlineData("two", "program/topology/pipelines/two.json")]
    public void Find_PathOrName_Finds(string written, string expected) =>
        Path.GetFullPath(Files().Find(written)).ShouldBe(Path.Combine(_root.FullName, expected));

    [Theory]
    [InlineData("three")]
    [InlineData("folder/one.json")]
    public void Find_Missing_ListsThoseThereAre(string written)
    {
        var failure = Should.Throw<ConfigurationException>(() => Files().Find(written));

        failure.Message.ShouldContain($"There is no pipeline file {written}.");
        failure.Message.ShouldEndWith("are one.json, two.json.");
    }

    private PipelineFiles Files() => new(Path.Combine(_root.FullName, "repo/src/deep"), Path.Combine(_root.FullName, "program"));

    private void Write(string path)
    {
        var file = new FileInfo(Path.Combine(_root.FullName, path));
        file.Directory!.Create();
        File.WriteAllText(file.FullName, "{}");
    }
}
