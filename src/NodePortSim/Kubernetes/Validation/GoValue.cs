using System.Globalization;
using System.Text;
using NodePortSim.Collections;
using NodePortSim.Net;

namespace NodePortSim.Kubernetes.Validation;

/// <summary>Prints values as the API server's error messages do, which are Go's <c>%q</c>, <c>%v</c> and <c>%#v</c>.</summary>
internal static class GoValue
{
    /// <summary>A string in double quotes with Go's escapes.</summary>
    public static string Quote(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (char c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                _ when c < ' ' || c == 0x7f => text.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => text.Append(c),
            };
        }

        return text.Append('"').ToString();
    }

    /// <summary>A number in decimal.</summary>
    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A list of strings: <c>[]string{"a", "b"}</c>; <c>[]string(nil)</c> where it is empty.</summary>
    public static string Strings(EquatableArray<string> values) =>
        values.IsEmpty ? "[]string(nil)" : $"[]string{{{string.Join(", ", values.Select(Quote))}}}";

    /// <summary>A map: <c>map[string]string{"app":"web"}</c>; <c>map[string]string(nil)</c> where it is empty.</summary>
    public static string Map(StringMap map) =>
        map.IsEmpty ? "map[string]string(nil)" : $"map[string]string{{{string.Join(", ", map.Select(static e => $"{Quote(e.Key)}:{Quote(e.Value)}"))}}}";

    /// <summary>A label selector of <paramref name="labels"/>.</summary>
    public static string LabelSelector(StringMap labels) =>
        $"v1.LabelSelector{{MatchLabels:{Map(labels)}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}}";

    /// <summary>The key of protocol and port by which a Service's ports are compared.</summary>
    public static string ServicePortKey(Protocol protocol, int port) => string.Create(
        CultureInfo.InvariantCulture,
        $"core.ServicePort{{Name:\"\", Protocol:\"{protocol.ApiName()}\", AppProtocol:(*string)(nil), Port:{port}, TargetPort:intstr.IntOrString{{Type:0, IntVal:0, StrVal:\"\"}}, NodePort:0}}");

    /// <summary>A node's address.</summary>
    public static string NodeAddress(NodeAddress address) => $"core.NodeAddress{{Type:{Quote(address.Type)}, Address:{Quote(address.Address)}}}";

    /// <summary>A taint.</summary>
    public static string Taint(Taint taint) =>
        $"core.Taint{{Key:{Quote(taint.Key)}, Value:{Quote(taint.Value)}, Effect:{Quote(taint.Effect)}, TimeAdded:<nil>}}";
}
