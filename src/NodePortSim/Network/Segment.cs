using NodePortSim.Net;
using NodePortSim.Routing;

namespace NodePortSim.Network;

/// <summary>A link: a point-to-point pair, or a broadcast domain on which a next hop is found by its address.</summary>
internal sealed class Segment
{
    private readonly List<Attachment> _attachments = [];
    private readonly Dictionary<IpAddr, Attachment> _neighbors = [];

    public Segment(string name, bool isPointToPoint)
    {
        Name = name;
        IsPointToPoint = isPointToPoint;
    }

    public string Name { get; }

    /// <summary>Whether whatever one end sends arrives at the other, as over a veth pair with a fixed neighbour.</summary>
    public bool IsPointToPoint { get; }

    /// <summary>The bridge that joins the ports, where its host may look at what passes between them.</summary>
    public Bridge? Owner { get; set; }

    /// <summary>Connects an interface of a host, if it is not yet; its addresses become neighbours of the others.</summary>
    public void Attach(Host host, NetworkInterface port)
    {
        var attachment = new Attachment(host, port.Index);
        if (!_attachments.Contains(attachment)) _attachments.Add(attachment);
        host.Connect(port, this);
        foreach (InterfaceAddress address in port.Addresses) _neighbors.TryAdd(address.Address, attachment);
    }

    public void Detach(Host host)
    {
        _attachments.RemoveAll(attachment => attachment.Host == host);
        foreach ((IpAddr address, Attachment attachment) in _neighbors.ToArray())
            if (attachment.Host == host) _neighbors.Remove(address);
    }

    /// <summary>Who receives what <paramref name="sender"/> sends to a next hop.</summary>
    public bool TryFindReceiver(Host sender, IpAddr nextHop, out Attachment receiver)
    {
        if (!IsPointToPoint) return _neighbors.TryGetValue(nextHop, out receiver);
        foreach (Attachment attachment in _attachments)
        {
            if (attachment.Host == sender) continue;
            receiver = attachment;
            return true;
        }

        receiver = default;
        return false;
    }

    /// <summary>An interface on the link.</summary>
    internal readonly record struct Attachment(Host Host, int Interface);
}
