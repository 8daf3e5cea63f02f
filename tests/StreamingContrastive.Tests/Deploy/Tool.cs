using System.Diagnostics;
using StreamingContrastive.Tests.Structure;

namespace StreamingContrastive.Tests.Deploy;

/// <summary>How a program ended.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Error);

/// <summary>Programs that a machine may have: a test that asks one skips where it is not installed.</summary>
internal static class Tool
{
    /// <summary>Runs a program in the checkout's root, or skips the test.</summary>
    public static Task<ToolResult> RunAsync(string program, params string[] arguments) => RunAsync("", program, arguments);

    /// <summary>Runs a program with a text on its standard input, or skips the test.</summary>
    public static async Task<ToolResult> RunAsync(string input, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = SourceTree.Root,
        };
        Process? process = null;
        try
        {
            process = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{program} is not installed");
        }

        using (process)
        {
            CancellationToken cancellation = TestContext.Current.CancellationToken;
            await process!.StandardInput.WriteAsync(input.AsMemory(), cancellation);
            process.StandardInput.Close();
            Task<string> error = process.StandardError.ReadToEndAsync(cancellation);
            string output = await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return new ToolResult(process.ExitCode, output, await error);
        }
    }
}
