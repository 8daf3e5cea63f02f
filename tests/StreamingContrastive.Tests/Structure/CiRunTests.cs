using System.Diagnostics;

namespace StreamingContrastive.Tests.Structure;

/// <summary>The counting of .ci/run: a wrong sum would hide a failure from everybody.</summary>
public sealed class CiRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ci-run-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Parse_TwoProjects_SumsThemAndShowsReasons()
    {
        Write("a.trx", Result("A.One", "Passed"), Skipped("A.Two", "no data set &lt;here&gt; &amp; there"));
        Write("b.trx", Result("B.One", "Passed"), Result("B.Two(x: &quot;1&quot;)", "Passed"));

        (int code, string[] lines) = Parse();

        code.ShouldBe(0);
        lines.ShouldBe(["skipped: A.Two -- no data set <here> & there", "3 passed, 0 failed, 1 skipped"]);
    }

    [Theory]
    [InlineData("Failed")]
    [InlineData("Timeout")]
    [InlineData("Aborted")]
    [InlineData("Error")]
    public void Parse_AnythingButPassedOrSkipped_CountsAsFailed(string outcome)
    {
        Write("a.trx", Result("A.One", "Passed"), Result("A.Two", outcome));

        (int code, string[] lines) = Parse();

        code.ShouldBe(1);
        lines.ShouldBe(["failed:  A.Two", "1 passed, 1 failed, 0 skipped"]);
    }

    [Fact]
    public void Parse_OnlySkippedTests_Fails()
    {
        Write("a.trx", Skipped("A.One", "no broker"));

        (int code, string[] lines) = Parse();

        code.ShouldBe(1);
        lines[^1].ShouldBe("0 passed, 0 failed, 1 skipped");
    }

    [Fact]
    public void Parse_NoResults_FailsWithTheSameLastLine()
    {
        (int code, string[] lines) = Parse();

        code.ShouldBe(1);
        lines[^1].ShouldBe("0 passed, 0 failed, 0 skipped");
    }

    private static string Result(string name, string outcome) =>
        $"    <UnitTestResult executionId=\"1\" testName=\"{name}\" outcome=\"{outcome}\" testListId=\"2\" />";

    private static string Skipped(string name, string reason) =>
        $"""
            <UnitTestResult executionId="1" testName="{name}" outcome="NotExecuted" testListId="2">
              <Output>
                <ErrorInfo>
                  <Message>{reason}</Message>
                </ErrorInfo>
              </Output>
            </UnitTestResult>
        """;

    private void Write(string name, params string[] results) =>
        File.WriteAllText(
            Path.Combine(_folder, name),
            $"<TestRun>\n  <Results>\n{string.Join('\n', results)}\n  </Results>\n</TestRun>\n");

    private (int Code, string[] Lines) Parse()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), ".ci/run is a bash script");
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in new[] { Path.Combine(SourceTree.Root, ".ci", "run"), "--parse", _folder })
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
