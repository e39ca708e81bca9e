using System.Globalization;
using System.Text;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>Names as Kubernetes' controllers make them: <c>deploy-echo-5c689d5454-slrss</c>.</summary>
internal static class PodNames
{
    /// <summary>The label that tells pods of one template of a Deployment from those of another.</summary>
    public const string TemplateHashLabel = "pod-template-hash";

    // No vowels and no characters that look like others, so that no name spells a word or is misread.
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    // A name may have 63 characters, five of them generated (and the API server cuts the prefix to fit).
    private const int MaxPrefix = 58;

    /// <summary>Five characters that a controller puts behind a prefix.</summary>
    public static string Suffix(RandomSource random)
    {
        Span<char> text = stackalloc char[5];
        foreach (ref char c in text) c = Alphabet[(int)random.NextBelow((uint)Alphabet.Length)];
        return new string(text);
    }

    /// <summary>A prefix with five characters behind it, the prefix cut where the name would be too long.</summary>
    public static string Generate(string prefix, RandomSource random) =>
        (prefix.Length > MaxPrefix ? prefix[..MaxPrefix] : prefix) + Suffix(random);

    /// <summary>
    /// The hash of a Deployment's template, up to ten characters: FNV-1a of 32 bits, in decimal, each digit in the alphabet of names.
    /// </summary>
    /// <remarks>
    /// Kubernetes hashes a dump of its Go structures, which hold more fields than are modelled: the form is the same, the value is not.
    /// </remarks>
    public static string TemplateHash(PodTemplate template)
    {
        uint hash = 2166136261;
        foreach (byte b in Encoding.UTF8.GetBytes(Dump(template))) hash = unchecked((hash ^ b) * 16777619);
        return string.Concat(hash.ToString(CultureInfo.InvariantCulture).Select(static digit => Alphabet[digit % Alphabet.Length]));
    }

    private static string Dump(PodTemplate template)
    {
        PodSpec spec = template.Spec;
        var text = new StringBuilder();
        text.Append(template.Metadata.Labels).Append('|').Append(template.Metadata.Annotations);
        text.Append(CultureInfo.InvariantCulture, $"|{spec.NodeName}|{spec.HostNetwork}|{spec.NodeSelector}|{spec.Tolerations}");
        foreach (Container container in spec.Containers)
        {
            text.Append(CultureInfo.InvariantCulture, $"|{container.Name}|{container.Image}");
            foreach (ContainerPort port in container.Ports)
                text.Append(CultureInfo.InvariantCulture, $"|{port.Name}:{port.Port}/{(byte)(port.Protocol ?? Protocol.Tcp)}:{port.HostPort}");
        }

        return text.ToString();
    }
}
