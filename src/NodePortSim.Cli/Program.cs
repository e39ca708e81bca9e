using System.Text;
using NodePortSim.Cli;

using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 1 << 16);
bool isTerminal = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
bool showsProgress = ProgressBar.IsWanted(Console.IsErrorRedirected, Environment.GetEnvironmentVariable);
return CommandLine.Run(args, new CommandStreams(Console.In, output, Console.Error, isTerminal, showsProgress ? Console.Error : null));
