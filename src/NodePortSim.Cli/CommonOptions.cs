using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NodePortSim.KubeProxy;
using NodePortSim.Net;
using NodePortSim.Simulation;

namespace NodePortSim.Cli;

/// <summary>The options that several commands have, and their values.</summary>
internal sealed class CommonOptions
{
    /// <summary>The most connections that one call opens.</summary>
    private const int MaxCount = 1_000_000;

    /// <summary>The longest that a client waits, in seconds: an hour.</summary>
    private const int MaxTimeout = 3600;

    public Option<string[]> Files { get; } = new("--file", "-f")
    {
        Description = "A manifest, a directory of manifests read in name order, or - for standard input. May be given more than once.",
        HelpName = "PATH",
        Required = true,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    public Option<ulong> Seed { get; } = new("--seed")
    {
        Description = "What every random choice follows from: same seed, same output. 0 unless given.",
        HelpName = "N",
        CustomParser = static result => Number(result, "--seed", 0, ulong.MaxValue),
    };

    public Option<KubeProxyLevel> KubeProxy { get; } = MakeKubeProxy();

    public Option<Protocol> Protocol { get; } = MakeProtocol();

    public Option<ushort> SourcePort { get; } = new("--source-port")
    {
        Description = "The client's source port; an ephemeral one unless given.",
        HelpName = "N",
        CustomParser = static result => (ushort)Number(result, "--source-port", 1, ushort.MaxValue),
    };

    public Option<int> Count { get; } = new("--count")
    {
        Description = "How many connections to open, one after another. 1 unless given.",
        HelpName = "N",
        DefaultValueFactory = static _ => 1,
        CustomParser = static result => (int)Number(result, "--count", 1, MaxCount),
    };

    public Option<int> Timeout { get; } = new("--timeout")
    {
        Description = "How many seconds of virtual time a client waits; a SYN is sent again after 1, 3, 7 … seconds. 1 unless given.",
        HelpName = "SECONDS",
        DefaultValueFactory = static _ => 1,
        CustomParser = static result => (int)Number(result, "--timeout", 1, MaxTimeout),
    };

    public Option<string> From { get; } = new("--from")
    {
        Description = "The host that connects: an external client, a node, or a pod (namespace/name; default/ may be left out).",
        HelpName = "HOST",
        Required = true,
    };

    public Option<string> To { get; } = new("--to")
    {
        Description = "ADDRESS:PORT, [IPV6]:PORT, NODE:PORT, or service/NAMESPACE/NAME:PORT (its cluster IP).",
        HelpName = "TARGET",
        Required = true,
    };

    /// <summary>An option of which output to print.</summary>
    public static Option<string> Output(params string[] forms)
    {
        Option<string> option = new("--output", "-o") { Description = $"The form of the result. {forms[0]} unless given.", DefaultValueFactory = _ => forms[0] };
        return option.AcceptOnlyFromAmong(forms);
    }

    /// <summary>The options of a simulation as given.</summary>
    public SimulatorOptions SimulatorOptions(ParseResult result) => new()
    {
        Seed = result.GetValue(Seed),
        KubeProxyLevel = result.GetValue(KubeProxy) ?? KubeProxyLevel.Default,
    };

    /// <summary>The options of connections as given.</summary>
    public ConnectOptions ConnectOptions(ParseResult result) => new()
    {
        Protocol = result.GetValue(Protocol),
        SourcePort = result.GetValue(SourcePort),
        Timeout = TimeSpan.FromSeconds(result.GetValue(Timeout)),
    };

    /// <summary>Completes names of nodes, or of all hosts, from the manifests that are given already.</summary>
    public void CompleteHosts(Option<string> option, bool nodesOnly) => option.CompletionSources.Add(context =>
        HostNames.Of(context.ParseResult.GetValue(Files) ?? [], nodesOnly));

    private static Option<KubeProxyLevel> MakeKubeProxy()
    {
        Option<KubeProxyLevel> option = new("--kube-proxy")
        {
            Description = $"The kube-proxy version whose rules are written, {KubeProxyLevel.All[0]} to {KubeProxyLevel.All[^1]}. {KubeProxyLevel.Default} unless given.",
            HelpName = "VERSION",
            CustomParser = static result =>
            {
                string text = result.Tokens[0].Value;
                if (KubeProxyLevel.TryParse(text, out KubeProxyLevel? level)) return level;
                result.AddError($"--kube-proxy: \"{text}\" is not a version that is modelled; these are: {string.Join(", ", KubeProxyLevel.All)}");
                return null;
            },
        };
        option.CompletionSources.Add([.. KubeProxyLevel.All.Select(static level => level.ToString())]);
        return option;
    }

    private static Option<Protocol> MakeProtocol()
    {
        Option<Protocol> option = new("--protocol")
        {
            Description = "tcp, udp or sctp. tcp unless given.",
            HelpName = "tcp|udp|sctp",
            DefaultValueFactory = static _ => Net.Protocol.Tcp,
            CustomParser = static result =>
            {
                switch (result.Tokens[0].Value)
                {
                    case "tcp": return Net.Protocol.Tcp;
                    case "udp": return Net.Protocol.Udp;
                    case "sctp": return Net.Protocol.Sctp;
                }

                result.AddError($"--protocol: \"{result.Tokens[0].Value}\" is none of tcp, udp, sctp");
                return Net.Protocol.Tcp;
            },
        };
        option.CompletionSources.Add("tcp", "udp", "sctp");
        return option;
    }

    private static ulong Number(ArgumentResult result, string option, ulong min, ulong max)
    {
        string text = result.Tokens[0].Value;
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && value >= min && value <= max) return value;
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option}: \"{text}\" is not a number between {min} and {max}"));
        return min;
    }
}
