using System.Net;
using System.Net.Sockets;
using NodePortSim.KernelTests.Kernel;
using NodePortSim.Net;
using NodePortSim.Network.Sockets;
using Socket = System.Net.Sockets.Socket;

namespace NodePortSim.KernelTests.Labs;

/// <summary>A connection of the kernel that was answered once and is still open.</summary>
internal sealed class LabOpenConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(150);

    private readonly Socket _socket;

    public LabOpenConnection(NetworkNamespace host, IpEndpoint to, ushort sourcePort)
    {
        _socket = host.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        _socket.Bind(new IPEndPoint(IPAddress.Any, sourcePort));
        _socket.Connect(new IPEndPoint(IPAddress.Parse(to.Address.ToString()), to.Port));
        _socket.Send(new byte[TcpSocket.RequestLength]);
        _socket.Receive(new byte[512]);
    }

    /// <summary>Sends more.</summary>
    /// <returns>Whether a RST came back.</returns>
    public bool SendIsReset()
    {
        _socket.Send(new byte[TcpSocket.RequestLength]);
        if (!_socket.Poll(Patience, SelectMode.SelectRead)) return false;
        try
        {
            return _socket.Receive(new byte[512]) < 0;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return true;
        }
    }

    public void Dispose() => _socket.Dispose();
}
