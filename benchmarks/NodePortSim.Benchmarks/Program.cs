using BenchmarkDotNet.Running;
using NodePortSim.Benchmarks;
using NodePortSim.Benchmarks.Scale;

if (args is not ["scale", ..])
{
    BenchmarkSwitcher.FromAssembly(typeof(PacketBenchmarks).Assembly).Run(args);
    return 0;
}

if (ScaleOptions.Parse(args.AsSpan(1)) is not { } options)
{
    Console.Error.WriteLine(ScaleOptions.Usage);
    return 2;
}

using (Stream output = Console.OpenStandardOutput()) ScaleRun.Run(options).Write(output);
Console.WriteLine();
return 0;
