using NodePortSim.Manifests;

namespace NodePortSim.Tests.Manifests;

public class DiagnosticTests
{
    [Fact]
    public void Five_mistakes_in_one_file_give_five_messages_in_the_API_servers_words() =>
        ManifestText.Problems(
            """
            apiVersion: v1
            kind: Service
            metadata:
              name: 5
            spec:
              type: Foo
              ports:
              - port: "80"
                nodeport: 30080
            ---
            apiVersion: v1
            kind: Servce
            """)
            .Should().Be(
            """
            m.yaml:4:9: metadata.name: Invalid value: "integer": metadata.name in body must be of type string: "integer"
            m.yaml:6:9: spec.type: Unsupported value: "Foo": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"
            m.yaml:8:11: spec.ports[0].port: Invalid value: "string": spec.ports[0].port in body must be of type integer: "string"
            m.yaml:9:5: unknown field "spec.ports[0].nodeport"
            m.yaml:12:7: no matches for kind "Servce" in version "v1"
            """);

    [Fact]
    public void Types_that_do_not_fit_are_named_with_their_place() =>
        ManifestText.Problems(
            """
            apiVersion: v1
            kind: Service
            metadata:
              labels: {a: yes, b: 1.5, c: [x]}
              annotations: []
            spec:
              clusterIPs: 10.0.0.1
              publishNotReadyAddresses: "true"
              healthCheckNodePort: 99999999999
              internalTrafficPolicy: ""
              ports:
              - 80
              - {port: 80.5, targetPort: true, protocol: tcp}
              ipFamilies: [ipv4]
              sessionAffinityConfig: {clientIP: 3}
            """)
            .Should().Be(
            """
            m.yaml:4:15: metadata.labels[a]: Invalid value: "boolean": metadata.labels[a] in body must be of type string: "boolean"
            m.yaml:4:23: metadata.labels[b]: Invalid value: "number": metadata.labels[b] in body must be of type string: "number"
            m.yaml:4:31: metadata.labels[c]: Invalid value: "array": metadata.labels[c] in body must be of type string: "array"
            m.yaml:5:16: metadata.annotations: Invalid value: "array": metadata.annotations in body must be of type object: "array"
            m.yaml:7:15: spec.clusterIPs: Invalid value: "string": spec.clusterIPs in body must be of type array: "string"
            m.yaml:8:29: spec.publishNotReadyAddresses: Invalid value: "string": spec.publishNotReadyAddresses in body must be of type boolean: "string"
            m.yaml:9:24: spec.healthCheckNodePort: Invalid value: 99999999999: must be an integer of 32 bits
            m.yaml:10:26: spec.internalTrafficPolicy: Unsupported value: "": supported values: "Cluster", "Local"
            m.yaml:12:5: spec.ports[0]: Invalid value: "integer": spec.ports[0] in body must be of type object: "integer"
            m.yaml:13:12: spec.ports[1].port: Invalid value: "number": spec.ports[1].port in body must be of type integer: "number"
            m.yaml:13:30: spec.ports[1].targetPort: Invalid value: "boolean": spec.ports[1].targetPort in body must be of type integer or string: "boolean"
            m.yaml:13:46: spec.ports[1].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"
            m.yaml:14:16: spec.ipFamilies[0]: Unsupported value: "ipv4": supported values: "IPv4", "IPv6"
            m.yaml:15:37: spec.sessionAffinityConfig.clientIP: Invalid value: "integer": spec.sessionAffinityConfig.clientIP in body must be of type object: "integer"
            """);

    [Fact]
    public void Documents_that_are_no_objects_are_refused() =>
        ManifestText.Problems("a text\n---\n[]\n---\n# nothing\n---\nfoo: bar\n---\nkind: Pod\n---\napiVersion: v1\n---\n{apiVersion: 1, kind: ''}")
            .Should().Be(
            """
            m.yaml:1:1: Invalid value: "string": must be of type object: "string"
            m.yaml:3:1: Invalid value: "array": must be of type object: "array"
            m.yaml:7:1: Object 'Kind' is missing
            m.yaml:7:1: apiVersion not set
            m.yaml:9:1: apiVersion not set
            m.yaml:11:1: Object 'Kind' is missing
            m.yaml:13:14: apiVersion: Invalid value: "integer": apiVersion in body must be of type string: "integer"
            """);

    [Fact]
    public void Kinds_that_are_not_modelled_are_ignored_with_a_warning()
    {
        ManifestResult result = ManifestReader.ReadText(
            """
            {apiVersion: v1, kind: Namespace}
            ---
            {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, rules: [{verbs: ["*"]}]}
            ---
            {apiVersion: apps/v1, kind: ReplicaSetList, items: [{}]}
            ---
            {apiVersion: nodeportsim.dev/v1alpha1, kind: Scenario}
            """,
            "m.yaml");

        result.HasErrors.Should().BeFalse();
        result.Objects.Should().BeEmpty();
        string.Join('\n', result.Diagnostics).Should().Be(
            """
            m.yaml:1:24: kind "Namespace" in version "v1" is not modelled, and ignored
            m.yaml:3:50: kind "ClusterRole" in version "rbac.authorization.k8s.io/v1" is not modelled, and ignored
            m.yaml:5:53: kind "ReplicaSet" in version "apps/v1" is not modelled, and ignored
            """);
    }

    [Fact]
    public void A_kind_in_a_version_that_does_not_have_it_is_refused() =>
        ManifestText.Problems("{apiVersion: extensions/v1beta1, kind: Deployment}")
            .Should().Be("m.yaml:1:40: no matches for kind \"Deployment\" in version \"extensions/v1beta1\"");

    [Fact]
    public void A_syntax_error_ends_its_document_and_not_the_file()
    {
        ManifestResult result = ManifestReader.ReadText(
            "a: [1\n---\n{apiVersion: v1, kind: Pod, metadata: {name: p}}\n---\nkind: Pod\nmetadata:\n\tname: x\n---\nx: \"a\\qb\"\n", "m.yaml");

        result.Objects.Should().ContainSingle().Which.Object.Name.Should().Be("p");
        string.Join('\n', result.Diagnostics).Should().Be(
            """
            m.yaml:2:1: invalid YAML: While parsing a flow sequence, did not find expected ',' or ']'.
            m.yaml:7:1: invalid YAML: While scanning a mapping, found invalid tab as indentation.
            m.yaml:9:4: invalid YAML: While scanning a quoted scalar, found unknown escape character.
            """);
    }

    [Fact]
    public void A_second_object_of_a_kind_that_can_be_given_once_is_refused()
    {
        const string network = "{apiVersion: nodeportsim.dev/v1alpha1, kind: Network}";
        const string proxy = "{apiVersion: kubeproxy.config.k8s.io/v1alpha1, kind: KubeProxyConfiguration}";
        const string kind = "{apiVersion: kind.x-k8s.io/v1alpha4, kind: Cluster}";
        string text = string.Join("\n---\n", network, proxy, kind, kind, proxy, network);

        ManifestResult result = ManifestReader.ReadText(text, "m.yaml");

        result.Objects.Should().HaveCount(3);
        string.Join('\n', result.Diagnostics).Should().Be(
            """
            m.yaml:7:44: at most one Cluster may be given; the first is at m.yaml:5:1
            m.yaml:9:54: at most one KubeProxyConfiguration may be given; the first is at m.yaml:3:1
            m.yaml:11:46: at most one Network may be given; the first is at m.yaml:1:1
            """);
    }

    [Fact]
    public void An_object_with_an_error_is_kept_apart_from_the_good_ones()
    {
        ManifestResult result = ManifestReader.ReadText(
            "{apiVersion: v1, kind: Service, metadata: {name: bad}, spec: {type: X, clusterIP: 10.0.0.1}}\n---\n{apiVersion: v1, kind: Service, metadata: {name: good}}");

        result.Objects.Select(o => o.Object.Name).Should().Equal("good");
        result.Incomplete.Select(o => o.Object.Name).Should().Equal("bad");
    }

    [Fact]
    public void A_problem_of_a_whole_file_has_no_place_in_its_text() =>
        new Diagnostic(DiagnosticSeverity.Error, "f", 0, 0, null, "gone").ToString().Should().Be("f: gone");

    [Fact]
    public void Problems_past_the_limit_are_counted_and_not_listed()
    {
        string text = "apiVersion: v1\nkind: Service\nspec:\n  externalIPs: [" + string.Join(", ", Enumerable.Repeat("1", 1_200)) + "]\n";

        ManifestResult result = ManifestReader.ReadText(text, "m.yaml");

        result.Diagnostics.Should().HaveCount(1_001);
        result.Diagnostics[1_000].ToString().Should().Be("m.yaml: too many problems: 200 more are not listed");
    }
}
