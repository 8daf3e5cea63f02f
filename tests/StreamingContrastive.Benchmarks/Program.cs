using BenchmarkDotNet.Running;
using StreamingContrastive.Benchmarks.Learning;
using StreamingContrastive.Benchmarks.Remoting;
using StreamingContrastive.Benchmarks.Telemetry;

if (args is ["steps", .. var rest])
{
    return StepsVerb.Run(rest);
}

if (args is ["policies", .. var counts])
{
    return PoliciesVerb.Run(counts);
}

if (args is ["telemetry", .. var steps])
{
    return TelemetryVerb.Run(steps);
}

if (args is ["remoting", .. var flows])
{
    return await RemotingVerb.RunAsync(flows).ConfigureAwait(false);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
