using BenchmarkDotNet.Running;
using NodePortSim.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(PacketBenchmarks).Assembly).Run(args);
