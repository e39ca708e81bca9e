using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using NodePortSim.Manifests;

namespace NodePortSim.Benchmarks;

/// <summary>Manifests in: the YAML of Services and their EndpointSlices to Kubernetes objects.</summary>
[MemoryDiagnoser]
public class ManifestBenchmarks
{
    private const int Endpoints = 10;

    private string _text = "";

    [Params(100, 1000, 10_000)]
    public int Services { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var text = new StringBuilder();
        for (int service = 0; service < Services; service++)
        {
            int nodePort = BenchmarkCluster.FirstNodePort + service;
            text.Append(CultureInfo.InvariantCulture, $$"""
                apiVersion: v1
                kind: Service
                metadata: { name: svc{{service}} }
                spec:
                  type: NodePort
                  clusterIP: {{BenchmarkCluster.ClusterIP(service)}}
                  ports:
                  - { name: web, port: 80, nodePort: {{nodePort}} }
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata:
                  name: svc{{service}}-1
                  labels: { kubernetes.io/service-name: svc{{service}} }
                addressType: IPv4
                ports:
                - { name: web, port: 8080 }
                endpoints:

                """);
            for (int endpoint = 0; endpoint < Endpoints; endpoint++)
                text.Append(CultureInfo.InvariantCulture, $"- {{ addresses: [10.{service >> 8 & 255}.{service & 255}.{endpoint + 1}], nodeName: node }}\n");
            text.Append("---\n");
        }

        _text = text.ToString();
        if (Read() != 2 * Services) throw new InvalidOperationException("The manifests are not what they should be.");
    }

    [Benchmark]
    public int Read() => ManifestReader.ReadText(_text).Objects.Count;
}
