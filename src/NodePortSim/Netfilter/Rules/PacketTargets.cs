using NodePortSim.Iptables.Targets;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Netfilter.Paths;

namespace NodePortSim.Netfilter.Rules;

/// <summary>Carries out the targets that change something of a packet or its flow, after which the walk goes on with the next rule.</summary>
internal sealed class PacketTargets(ConntrackTable conntrack, PathRecorder recorder)
{
    /// <summary>Applies a target.</summary>
    public void Apply(TargetCode code, Target? target, ref SocketBuffer buffer)
    {
        if (code is TargetCode.SetConnmark or TargetCode.SaveConnmark or TargetCode.RestoreConnmark && buffer.Entry > 0)
            recorder.AskedForFlowMark(conntrack.MarkOf(buffer.Entry));
        switch (code)
        {
            case TargetCode.None:
                break;
            case TargetCode.Mark:
                var mark = (MarkTarget)target!;
                buffer.Mark = (buffer.Mark & ~mark.Mask) ^ mark.Value;
                break;
            case TargetCode.SetConnmark:
                var set = (SetConnmarkTarget)target!;
                if (buffer.Entry > 0) conntrack.SetMark(buffer.Entry, (conntrack.MarkOf(buffer.Entry) & ~set.Mask) ^ set.Value);
                break;
            case TargetCode.SaveConnmark:
                var save = (SaveConnmarkTarget)target!;
                if (buffer.Entry > 0) conntrack.SetMark(buffer.Entry, (conntrack.MarkOf(buffer.Entry) & ~save.FlowMask) ^ (buffer.Mark & save.PacketMask));
                break;
            case TargetCode.RestoreConnmark:
                var restore = (RestoreConnmarkTarget)target!;
                if (buffer.Entry > 0) buffer.Mark = (buffer.Mark & ~restore.PacketMask) ^ (conntrack.MarkOf(buffer.Entry) & restore.FlowMask);
                break;
            case TargetCode.NoTrack:
                if (buffer.Entry <= 0) buffer.Info = ConntrackInfo.Untracked;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(code), code, null);
        }
    }
}
