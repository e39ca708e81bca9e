using NodePortSim.Simulation;
using NodePortSim.Simulation.Tracing;

namespace NodePortSim.Tests.Simulation.Tracing;

/// <summary>The lab's traces in the forms that others draw.</summary>
public class TraceRendererTests
{
    private static readonly ConnectOptions FromPort40001 = new() { SourcePort = 40001 };

    [Fact]
    public void A_delivered_packet_is_a_sequence_diagram_there_and_back() =>
        TraceMermaid.Write(LabFiles.Simulator().Host("mypc").Trace("myk8s-control-plane:30682", FromPort40001)).Should().Be(
            """
            sequenceDiagram
                participant h0 as mypc
                participant h1 as myk8s-control-plane
                participant h2 as myk8s-worker2
                participant h3 as default/deploy-echo-6d8d7cd78b-62h7r
                Note over h0,h3: DELIVERED to default/deploy-echo-6d8d7cd78b-62h7r (10.10.1.2:8080 on myk8s-worker2)#59; it sees 172.18.0.4:58047, not the client
                h0->>h1: TCP SYN 172.18.0.100:40001 #62; 172.18.0.4:30682
                Note over h1: KUBE-SERVICES[2] #62; KUBE-NODEPORTS[2]: #62; KUBE-EXT-VTR7MTHHNMFZ3OFS<br/>KUBE-EXT-VTR7MTHHNMFZ3OFS[1]: mark 0x4000<br/>KUBE-SVC-VTR7MTHHNMFZ3OFS[2]: p 1/3, drew 0.26: taken<br/>KUBE-SEP-5TQGRJJ4PFRHXDI6[2]: dst 172.18.0.4:30682 =#62; 10.10.1.2:8080<br/>KUBE-FORWARD[2]: ACCEPT<br/>KUBE-POSTROUTING[3]: src 172.18.0.100:40001 =#62; 172.18.0.4:58047
                h1->>h2: TCP SYN 172.18.0.4:58047 #62; 10.10.1.2:8080
                h2->>h3: TCP SYN 172.18.0.4:58047 #62; 10.10.1.2:8080
                Note over h3: delivered: to default/deploy-echo-6d8d7cd78b-62h7r
                h3-->>h2: TCP SYN,ACK 10.10.1.2:8080 #62; 172.18.0.4:58047
                Note over h2: KUBE-FORWARD[3]: ACCEPT
                h2-->>h1: TCP SYN,ACK 10.10.1.2:8080 #62; 172.18.0.4:58047
                Note over h1: un-SNAT: dst 172.18.0.4:58047 =#62; 172.18.0.100:40001<br/>KUBE-FORWARD[3]: ACCEPT<br/>un-DNAT: src 10.10.1.2:8080 =#62; 172.18.0.4:30682
                h1-->>h0: TCP SYN,ACK 172.18.0.4:30682 #62; 172.18.0.100:40001
                Note over h0: delivered: to socket

            """);

    [Fact]
    public void A_delivered_packet_is_a_table_there_and_one_back() =>
        TraceMarkdown.Write(LabFiles.Simulator().Host("mypc").Trace("myk8s-control-plane:30682", FromPort40001), seed: 0).Should().Be(
            """
            **DELIVERED to default/deploy-echo-6d8d7cd78b-62h7r (10.10.1.2:8080 on myk8s-worker2); it sees 172.18.0.4:58047, not the client**

            ### There

            | where | what | why |
            |---|---|---|
            | **mypc** `eth0` | `TCP SYN 172.18.0.100:40001 > 172.18.0.4:30682` |  |
            | `route 172.18.0.0/24` | `eth0 via 172.18.0.4` |  |
            | **myk8s-control-plane** `eth0 > eth0` | `TCP SYN 172.18.0.100:40001 > 172.18.0.4:30682` | conntrack NEW |
            | `KUBE-SERVICES[2] > KUBE-NODEPORTS[2]` | `> KUBE-EXT-VTR7MTHHNMFZ3OFS` | dport 30682 is the nodePort of default/svc-nodeport:svc-webport |
            | `KUBE-EXT-VTR7MTHHNMFZ3OFS[1]` | `mark 0x4000` | externalTrafficPolicy: Cluster masquerades external clients of default/svc-nodeport:svc-webport |
            | `KUBE-SVC-VTR7MTHHNMFZ3OFS[2]` | `p 1/3, drew 0.26: taken` | endpoint 1 of 3 of default/svc-nodeport:svc-webport |
            | `KUBE-SEP-5TQGRJJ4PFRHXDI6[2]` | `dst 172.18.0.4:30682 => 10.10.1.2:8080` | the destination becomes the endpoint 10.10.1.2:8080 |
            | `route 10.10.1.0/24` | `eth0 via 172.18.0.2` |  |
            | `KUBE-FORWARD[2]` | `ACCEPT` | the packet is marked as service traffic, which may be forwarded |
            | `KUBE-POSTROUTING[3]` | `src 172.18.0.100:40001 => 172.18.0.4:58047` | MASQUERADE --random-fully: the packet is marked |
            | **myk8s-worker2** `eth0 > veth1` | `TCP SYN 172.18.0.4:58047 > 10.10.1.2:8080` | conntrack NEW |
            | `route 10.10.1.2/32` | `veth1 via 10.10.1.2` |  |
            | **default/deploy-echo-6d8d7cd78b-62h7r** `eth0` | `TCP SYN 172.18.0.4:58047 > 10.10.1.2:8080` |  |
            | `delivered` | `to default/deploy-echo-6d8d7cd78b-62h7r` |  |

            ### Back

            | where | what | why |
            |---|---|---|
            | **default/deploy-echo-6d8d7cd78b-62h7r** `eth0` | `TCP SYN,ACK 10.10.1.2:8080 > 172.18.0.4:58047` |  |
            | `route default` | `eth0 via 10.10.1.1` |  |
            | **myk8s-worker2** `veth1 > eth0` | `TCP SYN,ACK 10.10.1.2:8080 > 172.18.0.4:58047` | conntrack ESTABLISHED |
            | `route 172.18.0.0/24` | `eth0 via 172.18.0.4` |  |
            | `KUBE-FORWARD[3]` | `ACCEPT` | the packet belongs to a known connection, which may be forwarded |
            | **myk8s-control-plane** `eth0 > eth0` | `TCP SYN,ACK 10.10.1.2:8080 > 172.18.0.4:58047` | conntrack ESTABLISHED |
            | `un-SNAT` | `dst 172.18.0.4:58047 => 172.18.0.100:40001` |  |
            | `route 172.18.0.0/24` | `eth0 via 172.18.0.100` |  |
            | `KUBE-FORWARD[3]` | `ACCEPT` | the packet belongs to a known connection, which may be forwarded |
            | `un-DNAT` | `src 10.10.1.2:8080 => 172.18.0.4:30682` |  |
            | **mypc** `eth0` | `TCP SYN,ACK 172.18.0.4:30682 > 172.18.0.100:40001` |  |
            | `delivered` | `to socket` |  |

            Depends on destination address and port, protocol, source address; draw 1 (endpoint, p 1/3), draw 2 (source port), seed 0.

            """);

    [Fact]
    public void A_drop_ends_the_diagram_in_a_note() =>
        TraceMermaid.Write(LabFiles.Local().Host("mypc").Trace("myk8s-control-plane:30682", FromPort40001)).Should().Be(
            """
            sequenceDiagram
                participant h0 as mypc
                participant h1 as myk8s-control-plane
                Note over h0,h1: TIMEOUT of mypc to 172.18.0.4:30682: no endpoint of default/svc-nodeport:svc-webport runs on myk8s-control-plane, and externalTrafficPolicy is Local (NoLocalEndpoints)
                h0->>h1: TCP SYN 172.18.0.100:40001 #62; 172.18.0.4:30682
                Note over h1: KUBE-SERVICES[2] #62; KUBE-NODEPORTS[2]: #62; KUBE-EXT-VTR7MTHHNMFZ3OFS<br/>KUBE-EXTERNAL-SERVICES[1]: DROP<br/>ended: NoLocalEndpoints

            """);

    [Fact]
    public void An_explained_drop_says_what_to_try_in_every_form()
    {
        Trace trace = LabFiles.Local().Host("mypc").Explain("myk8s-control-plane:30682", FromPort40001);
        TraceMermaid.Write(trace).Split('\n')[^2].Should().StartWith("    Note over h0: needs: ").And.Contain("<br/>try: send to myk8s-worker");
        TraceMarkdown.Write(trace).Should().Contain("\n- needs: ").And.Contain("\n- try: send to myk8s-worker");
    }

    [Fact]
    public void A_drop_is_told_in_the_table_with_its_rule() =>
        TraceMarkdown.Write(LabFiles.Local().Host("mypc").Trace("myk8s-control-plane:30682", FromPort40001)).Should().Be(
            """
            **TIMEOUT of mypc to 172.18.0.4:30682: no endpoint of default/svc-nodeport:svc-webport runs on myk8s-control-plane, and externalTrafficPolicy is Local (NoLocalEndpoints)**

            at `myk8s-control-plane: filter KUBE-EXTERNAL-SERVICES: -p tcp -m comment --comment "default/svc-nodeport:svc-webport has no local endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30682 -j DROP`

            ### There

            | where | what | why |
            |---|---|---|
            | **mypc** `eth0` | `TCP SYN 172.18.0.100:40001 > 172.18.0.4:30682` |  |
            | `route 172.18.0.0/24` | `eth0 via 172.18.0.4` |  |
            | **myk8s-control-plane** `eth0` | `TCP SYN 172.18.0.100:40001 > 172.18.0.4:30682` | conntrack NEW |
            | `KUBE-SERVICES[2] > KUBE-NODEPORTS[2]` | `> KUBE-EXT-VTR7MTHHNMFZ3OFS` | dport 30682 is the nodePort of default/svc-nodeport:svc-webport |
            | `KUBE-EXTERNAL-SERVICES[1]` | `DROP` | externalTrafficPolicy: Local, and no endpoint of default/svc-nodeport:svc-webport runs on this node |
            | `ended` | `NoLocalEndpoints` | no endpoint of default/svc-nodeport:svc-webport runs on myk8s-control-plane, and externalTrafficPolicy is Local |

            Depends on destination address and port, protocol, source address.

            """);

    [Fact]
    public void What_Mermaid_would_read_as_its_own_is_escaped()
    {
        Trace trace = LabFiles.Local().Host("mypc").Trace("myk8s-control-plane:30682", FromPort40001);
        TraceHop hop = trace.Hops[0] with { Host = "end", Steps = [new DeliveredStep("a;b#c<d>\"e\"%%\nf")] };
        TraceMermaid.Write(trace with { Hops = [hop] }).Should().EndWith(
            """
                Note over h0: delivered: to a#59;b#35;c#60;d#62;#34;e#34;#37;#37;#10;f
                h0-xh0: TCP SYN 172.18.0.100:40001 #62; 172.18.0.4:30682

            """).And.Contain("participant h0 as #101;nd\n");
    }

    [Fact]
    public void What_Markdown_would_read_as_its_own_is_escaped()
    {
        Trace trace = LabFiles.Local().Host("mypc").Trace("myk8s-control-plane:30682", FromPort40001);
        TraceHop hop = trace.Hops[0] with { Host = "a_b*c", Steps = [new DeliveredStep("x|y`z\n")] };
        TraceMarkdown.Write(trace with { Hops = [hop] }).Should().Contain(
            """
            | **a\_b\*c** `eth0` | `TCP SYN 172.18.0.100:40001 > 172.18.0.4:30682` |  |
            | `delivered` | `` to x\|y`z  `` |  |
            """);
    }
}
