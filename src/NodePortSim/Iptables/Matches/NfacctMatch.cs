namespace NodePortSim.Iptables.Matches;

/// <summary><c>-m nfacct --nfacct-name name</c>: counts the packet on the named accounting object; always holds.</summary>
/// <param name="ObjectName">The object's name, up to 31 characters.</param>
public sealed record NfacctMatch(string ObjectName) : Match;
