namespace NodePortSim.Iptables.Targets;

/// <summary><c>-j CONNMARK --set-xmark value/mask</c>: the flow's mark := (mark AND NOT mask) XOR value; goes on with the next rule.</summary>
/// <param name="Value">The bits to toggle after clearing.</param>
/// <param name="Mask">The bits to clear first.</param>
public sealed record SetConnmarkTarget(uint Value, uint Mask = uint.MaxValue) : Target;

/// <summary><c>-j CONNMARK --save-mark</c>: the flow's mark := (flow's mark AND NOT ctmask) XOR (packet's mark AND nfmask); goes on with the next rule.</summary>
/// <param name="PacketMask"><c>--nfmask</c>: the bits to copy.</param>
/// <param name="FlowMask"><c>--ctmask</c>: the bits to clear first.</param>
public sealed record SaveConnmarkTarget(uint PacketMask = uint.MaxValue, uint FlowMask = uint.MaxValue) : Target;

/// <summary><c>-j CONNMARK --restore-mark</c>: the packet's mark := (packet's mark AND NOT nfmask) XOR (flow's mark AND ctmask); goes on with the next rule.</summary>
/// <param name="PacketMask"><c>--nfmask</c>: the bits to clear first.</param>
/// <param name="FlowMask"><c>--ctmask</c>: the bits to copy.</param>
public sealed record RestoreConnmarkTarget(uint PacketMask = uint.MaxValue, uint FlowMask = uint.MaxValue) : Target;
