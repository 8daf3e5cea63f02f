using BenchmarkDotNet.Running;
using StreamingContrastive.Benchmarks.Learning;

if (args is ["steps", .. var rest])
{
    return StepsVerb.Run(rest);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
