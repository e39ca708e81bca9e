using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NodePortSim.Clusters;
using NodePortSim.Net;
using NodePortSim.Network.Sockets;
using Socket = System.Net.Sockets.Socket;

namespace NodePortSim.KernelTests.Labs;

/// <summary>
/// The servers that a plan asks for. TCP: a request, an answer, then the end after the client's. UDP: a datagram for a datagram. The answer tells
/// which server it was and whom it saw; requests and answers have the simulator's lengths.
/// </summary>
internal sealed class EchoServers : IDisposable
{
    private readonly ServerPlan[] _servers;
    private readonly List<Socket> _sockets = [];

    public EchoServers(HostPlan plan, LabNetwork network)
    {
        _servers = [.. plan.Servers.Where(static s => s.Protocol is Protocol.Tcp or Protocol.Udp).GroupBy(static s => (s.Host, s.Protocol, s.Port)).Select(static g => g.Last())];
        foreach (var host in Enumerable.Range(0, _servers.Length).GroupBy(i => _servers[i].Host))
        {
            IpAddr[] own = AddressesOf(plan, host.Key);
            network[host.Key].Run(() =>
            {
                foreach (int i in host) Listen(i, own);
            });
        }
    }

    /// <summary>Who served, by the number in an answer.</summary>
    public string NameOf(int server) => _servers[server].Name;

    public void Dispose()
    {
        foreach (Socket socket in _sockets) socket.Dispose();
    }

    /// <summary>Reads an answer: the server's number and the peer that it saw.</summary>
    public static (int Server, IPEndPoint Peer) Read(ReadOnlySpan<byte> answer)
    {
        string[] parts = Encoding.ASCII.GetString(answer).Split('|');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), IPEndPoint.Parse(parts[1]));
    }

    private static IpAddr[] AddressesOf(HostPlan plan, string host) =>
        plan.Nodes.TryGetValue(host, out var node) ? [.. node.Addresses] : [.. plan.Pods[host].Addresses];

    private void Listen(int server, IpAddr[] own)
    {
        ServerPlan plan = _servers[server];
        IPAddress[] any = [.. own.Select(static a => a.IsIPv4 ? IPAddress.Any : IPAddress.IPv6Any).Distinct()];
        if (plan.Protocol == Protocol.Tcp)
        {
            foreach (IPAddress address in any)
            {
                Socket listener = Bind(address, SocketType.Stream, ProtocolType.Tcp, plan.Port);
                listener.Listen(128);
                _ = AcceptAll(listener, server);
            }

            return;
        }

        // A datagram's answer comes from the address that it was sent to: each address has its own socket.
        foreach (IPAddress address in any.Concat(own.Select(static a => IPAddress.Parse(a.ToString()))))
            _ = AnswerAll(Bind(address, SocketType.Dgram, ProtocolType.Udp, plan.Port), server);
    }

    private Socket Bind(IPAddress address, SocketType type, ProtocolType protocol, int port)
    {
        var socket = new Socket(address.AddressFamily, type, protocol);
        if (address.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(address, port));
        _sockets.Add(socket);
        return socket;
    }

    private static async Task AcceptAll(Socket listener, int server)
    {
        try
        {
            while (true) _ = Serve(await listener.AcceptAsync().ConfigureAwait(false), server);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The servers end with the lab.
        }
    }

    private static async Task Serve(Socket connection, int server)
    {
        using (connection)
        {
            try
            {
                byte[] buffer = new byte[512];
                while (await connection.ReceiveAsync(buffer).ConfigureAwait(false) > 0)
                    await connection.SendAsync(Answer(server, connection.RemoteEndPoint!, TcpSocket.AnswerLength)).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // A client that gave up.
            }
        }
    }

    private static async Task AnswerAll(Socket socket, int server)
    {
        byte[] buffer = new byte[512];
        var anyone = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        try
        {
            while (true)
            {
                SocketReceiveFromResult received = await socket.ReceiveFromAsync(buffer, anyone).ConfigureAwait(false);
                await socket.SendToAsync(Answer(server, received.RemoteEndPoint, UdpSocket.AnswerLength), received.RemoteEndPoint).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The servers end with the lab.
        }
    }

    private static byte[] Answer(int server, EndPoint peer, int length) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{server}|{peer}|").PadRight(length, '.'));
}
