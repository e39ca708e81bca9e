using System.CommandLine;
using NodePortSim.Net;
using NodePortSim.Simulation;

namespace NodePortSim.Cli;

/// <summary><c>rules</c>: the rules of one node on standard output, or those of all nodes into files.</summary>
internal static class RulesCommand
{
    public static Command Create(CommandStreams streams)
    {
        var common = new CommonOptions();
        Option<string> node = new("--node") { Description = "The node whose rules to print.", HelpName = "NAME" };
        Option<string> table = new("--table") { Description = "nat, filter, mangle or all. all unless given." };
        Option<string> family = new("--family") { Description = "ipv4 or ipv6. ipv4 unless given." };
        Option<string> format = new("--format")
        {
            Description = "save (as iptables-save prints them), restore (as kube-proxy hands them to iptables-restore), spec (as iptables -S), list (as iptables -L -v -n). save unless given; spec with --chain.",
        };
        Option<string> chain = new("--chain") { Description = "One chain only; with --format spec or list.", HelpName = "NAME" };
        Option<string[]> then = new("--then") { Description = "The cluster's next state, whole: what it no longer has is deleted. May be given more than once; with --out.", HelpName = "PATH" };
        Option<string> outDirectory = new("--out")
        {
            Description = "Writes the rules of all nodes into a directory: NODE.v4.save, NODE.v6.save, NODE.v4.restore, NODE.v6.restore, and for each --then NODE.v4.restore.2, .3, …",
            HelpName = "DIR",
        };
        table.AcceptOnlyFromAmong("nat", "filter", "mangle", "all");
        family.AcceptOnlyFromAmong("ipv4", "ipv6");
        format.AcceptOnlyFromAmong("save", "restore", "spec", "list");
        common.CompleteHosts(node, nodesOnly: true);
        var command = new Command(
            "rules",
            """
            Prints a node's iptables rules as kube-proxy writes them; with --out writes those of all nodes into files.

            Examples: nodeportsim rules -f cluster.yaml --node myk8s-worker --table nat --chain KUBE-NODEPORTS
                      nodeportsim rules -f before/ --then after/ --out rules/
            """)
        {
            common.Files, node, table, family, format, chain, then, outDirectory, common.Seed, common.KubeProxy,
        };
        command.Validators.Add(result =>
        {
            bool toFiles = result.GetResult(outDirectory) is not null;
            if (toFiles == result.GetResult(node) is not null) result.AddError(toFiles ? "--node and --out exclude each other: --out writes the rules of all nodes" : "Either --node NAME or --out DIR is required.");
            foreach (Option option in (Option[])[table, family, format, chain])
                if (toFiles && result.GetResult(option) is not null) result.AddError($"{option.Name} needs --node: --out writes all tables of both families");
            if (!toFiles && result.GetResult(then) is not null) result.AddError("--then needs --out");

            // The token, not the value: asking for the value of an option that lacks one throws.
            if (result.GetResult(chain) is not null && result.GetResult(format) is { Tokens: [{ Value: "save" or "restore" } form] })
                result.AddError($"--chain needs --format spec or list, not {form.Value}");
        });
        command.SetAction(result =>
        {
            Simulator simulator = Inputs.Load(result.GetRequiredValue(common.Files), common.SimulatorOptions(result), streams);
            if (result.GetValue(outDirectory) is { } directory)
            {
                var files = new RuleFiles(directory, simulator);
                files.WriteRestores();
                foreach (string path in result.GetValue(then) ?? []) files.Follow(path, streams);
                files.WriteSaves();
                return ExitCode.Done;
            }

            var rules = new RuleTexts(
                simulator.Node(result.GetRequiredValue(node)).Iptables,
                result.GetValue(family) == "ipv6" ? IpFamily.IPv6 : IpFamily.IPv4,
                result.GetValue(table) ?? "all");
            streams.Output.Write(rules.Write(result.GetValue(format), result.GetValue(chain)));
            return ExitCode.Done;
        });
        return command;
    }
}
