using System.Diagnostics;
using NodePortSim.Net;
using NodePortSim.Simulation.Captures;
using NodePortSim.Simulation.Tracing;
using Trace = NodePortSim.Simulation.Tracing.Trace;

namespace NodePortSim.Tests.Simulation.Captures;

/// <summary>Shows captures to tshark. Skipped where there is none, except in CI.</summary>
public sealed class TsharkTests : IDisposable
{
    private static readonly string[] Checks =
        ["-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "sctp.checksum:CRC 32c"];

    private static readonly string[] Findings =
    [
        "_ws.malformed", "_ws.expert.severity", "tcp.flags.reset", "ip.checksum.status", "tcp.checksum.status", "udp.checksum.status", "sctp.checksum.status",
        "icmp.checksum.status", "icmpv6.checksum.status", "frame.comment",
    ];

    /// <summary>tshark's number for a warning; to tshark a reset is one.</summary>
    private const int Warning = 0x600000;

    /// <summary>tshark's number for a bad checksum.</summary>
    private const string BadChecksum = "0";

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.pcapng");

    public void Dispose() => File.Delete(_file);

    [SkippableTheory]
    [MemberData(nameof(CaptureCases.All), MemberType = typeof(CaptureCases))]
    public void Tshark_reads_the_trace_s_addresses_and_finds_nothing_malformed(string to, Protocol protocol)
    {
        Skip.If(!IsInstalled() && Environment.GetEnvironmentVariable("CI") is not ("1" or "true"), "tshark is not installed");
        Trace trace = CaptureCases.Trace(to, protocol);
        using (FileStream file = File.Create(_file)) Capture.Of(trace).WriteTo(file);

        string family = trace.Hops[0].Packet.Family == IpFamily.IPv4 ? "ip" : "ipv6";
        string[][] read = [.. Tshark(["frame.interface_name", $"{family}.src", $"{family}.dst", .. Findings]).Select(static line => line.Split('\t'))];
        var expected = new List<string>();
        foreach (TraceHop hop in trace.Hops)
        {
            if (hop.InInterface is { } input) expected.Add($"{hop.Host}/{input} {hop.Packet.Source} {hop.Packet.Destination}");
            if (hop.OutInterface is { } output) expected.Add($"{hop.Host}/{output} {hop.PacketOut.Source} {hop.PacketOut.Destination}");
        }

        // An ICMP error has the quoted packet's addresses as well.
        read.Select(static packet => $"{packet[0]} {packet[1].Split(',')[0]} {packet[2].Split(',')[0]}").Should().Equal(expected);
        read[0][^1].Should().NotBeEmpty("the verdict is a packet's comment");
        foreach (string[] packet in read)
        {
            packet[3].Should().BeEmpty("nothing is malformed");
            bool isReset = packet[5] == "1";
            packet[4].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).Where(severity => severity > Warning || severity == Warning && !isReset).Should().BeEmpty("tshark does not warn");
            string.Join(',', packet[6..^1]).Split(',').Should().NotContain(BadChecksum);
        }
    }

    private string[] Tshark(string[] fields)
    {
        using Process process = Start(["-r", _file, .. Checks, "-T", "fields", .. fields.SelectMany(static field => new[] { "-e", field })]);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        string said = string.Join('\n', error.GetAwaiter().GetResult().Split('\n').Where(static line => line.Length > 0 && !line.StartsWith("Running as user", StringComparison.Ordinal)));
        said.Should().BeEmpty("tshark has nothing to say about the file");
        process.ExitCode.Should().Be(0);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static bool IsInstalled()
    {
        try
        {
            using Process process = Start(["--version"]);
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static Process Start(string[] arguments) =>
        Process.Start(new ProcessStartInfo("tshark", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
