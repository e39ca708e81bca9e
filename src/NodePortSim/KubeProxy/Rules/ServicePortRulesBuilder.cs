using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>Collects the rules of one service port, and makes the parts that several of them share.</summary>
internal sealed class ServicePortRulesBuilder
{
    private readonly List<(string Name, List<Rule>? Rules, Chain? Whole)> _chains = [];

    public ServicePortRulesBuilder(ServicePortInfo port)
    {
        Port = port;
        Text = port.Name.ToString();
        Comment = new CommentMatch(Text);
        Protocol = RuleParts.Protocol(port.Protocol);
        PortMatch = RuleParts.Port(port.Protocol, port.Port);
    }

    public ServicePortInfo Port { get; }

    /// <summary>The service port's name as comments have it.</summary>
    public string Text { get; }

    /// <summary>The comment that is the service port's name alone.</summary>
    public CommentMatch Comment { get; }

    public ProtocolMatch Protocol { get; }

    public PortMatch PortMatch { get; }

    public List<EntryRule> NatEntries { get; } = [];

    public List<EntryRule> FilterEntries { get; } = [];

    public string? LeadingChain { get; set; }

    public void Nat(string chain, Rule rule, RuleReason reason) => NatEntries.Add(new EntryRule(chain, rule, reason));

    public void Filter(string chain, Rule rule, RuleReason reason) => FilterEntries.Add(new EntryRule(chain, rule, reason));

    /// <summary>Declares a chain of the service port's own; its rules are added to the list that comes back.</summary>
    public List<Rule> Declare(string name)
    {
        var rules = new List<Rule>();
        _chains.Add((name, rules, null));
        return rules;
    }

    /// <summary>Adds a chain that is whole already.</summary>
    public void Add(Chain chain) => _chains.Add((chain.Name, null, chain));

    public Chain[] MakeChains()
    {
        var made = new Chain[_chains.Count];
        for (int i = 0; i < made.Length; i++)
        {
            (string name, List<Rule>? rules, Chain? whole) = _chains[i];
            made[i] = whole ?? new Chain(name, null, rules!.ToEquatableArray()) { Owner = Port.Name };
        }

        return made;
    }

    /// <summary>The target that leads to a chain of the service port's own.</summary>
    public JumpTarget JumpTo(string chain) => new(chain) { Place = Port.Name };

    /// <summary>A rule for packets to an address at the service's port.</summary>
    public Rule To(IpAddr address, string comment, Target target) => new()
    {
        Destination = new AddressMatch(IpCidr.Host(address)),
        Protocol = Protocol,
        Matches = [new CommentMatch(comment), PortMatch],
        Target = target,
    };
}
