using BenchmarkDotNet.Running;
using StreamingContrastive.Benchmarks.Learning;

if (args is ["steps", .. var rest])
{
    return StepsVerb.Run(rest);
}

if (args is ["policies", .. var counts])
{
    return PoliciesVerb.Run(counts);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
