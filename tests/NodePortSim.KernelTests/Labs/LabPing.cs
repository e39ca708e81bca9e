using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using NodePortSim.KernelTests.Kernel;
using NodePortSim.Net;
using Socket = System.Net.Sockets.Socket;

namespace NodePortSim.KernelTests.Labs;

/// <summary>Sends one ICMP echo request from a namespace and waits for what comes of it.</summary>
internal static class LabPing
{
    /// <summary>The identifier of every request.</summary>
    public const ushort Identifier = 4660;

    /// <summary>The length of the request's IP packet.</summary>
    public const int Length = 84;

    private const int HeaderOfIPv4 = 20;
    private const int EchoReply = 0, DestinationUnreachable = 3, EchoRequest = 8, TimeExceeded = 11;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    /// <returns>What came back, <c>type/code from source</c>; "no route" where the request was not sent, "nothing" where nothing came.</returns>
    public static string Send(NetworkNamespace host, IpAddr source, IpAddr to) => host.Run(() =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(source.ToString()), 0));
        byte[] request = new byte[Length - HeaderOfIPv4];
        request[0] = EchoRequest;
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(4), Identifier);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(2), Checksum(request));
        try
        {
            socket.SendTo(request, new IPEndPoint(IPAddress.Parse(to.ToString()), 0));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.NetworkUnreachable or SocketError.HostUnreachable)
        {
            return "no route";
        }

        byte[] answer = new byte[1500];
        while (socket.Poll(Patience, SelectMode.SelectRead))
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            socket.ReceiveFrom(answer, ref from);
            int header = (answer[0] & 15) * 4;

            // A host that asks itself sees its own request too.
            if (answer[header] is EchoReply or DestinationUnreachable or TimeExceeded) return $"{answer[header]}/{answer[header + 1]} from {((IPEndPoint)from).Address}";
        }

        return "nothing";
    });

    private static ushort Checksum(ReadOnlySpan<byte> message)
    {
        int sum = 0;
        for (int i = 0; i < message.Length; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(message[i..]);
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~((sum & 0xFFFF) + (sum >> 16));
    }
}
