namespace StreamingContrastive.Tests.Structure;

/// <summary>Small files (style.md section C): the median aims at 90 lines, 300 asks for a review, 500 is too long.</summary>
public sealed class FileLengthTests(ITestOutputHelper output)
{
    private const int TargetMedian = 90;
    private const int Review = 300;
    private const int Limit = 500;

    [Fact]
    public void Sources_Length_StaysUnderTheLimit()
    {
        (string Path, int Lines)[] files = [.. SourceTree.Files("src").Concat(SourceTree.Files("tests"))
            .Select(f => (f.Path, Lines: f.Text.AsSpan().Count('\n')))
            .OrderBy(f => f.Lines)];

        output.WriteLine($"{files.Length} files, median {files[files.Length / 2].Lines} lines (target {TargetMedian} or fewer)");
        foreach ((string path, int lines) in files.Where(f => f.Lines > Review))
        {
            output.WriteLine($"to review, over {Review} lines: {path} ({lines})");
        }

        files.Where(f => f.Lines > Limit).Select(f => $"{f.Path}: {f.Lines} lines").ShouldBeEmpty();
    }
}
