using System.Globalization;
using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Net;

namespace NodePortSim.Kubernetes.Validation;

/// <summary>What the simulator requires of its own kinds, Network and ExternalClient.</summary>
internal static class NetworkValidation
{
    /// <summary>Adds all problems of a Network: gateways are addresses, one for each family; sysctls have names and values.</summary>
    public static void Validate(NetworkConfiguration network, List<FieldError> errors)
    {
        FieldPath path = FieldPath.Spec.Child("gateways");
        var families = new HashSet<IpFamily>();
        for (int i = 0; i < network.Gateways.Count; i++)
        {
            errors.AddRange(AddressRules.IpAddress(path.Index(i), network.Gateways[i]));
            if (IpAddr.TryParse(network.Gateways[i], out IpAddr gateway) && !families.Add(gateway.Family))
                errors.Add(FieldError.Invalid(path.Index(i), network.Gateways[i], "may specify no more than one gateway for each IP family"));
        }

        foreach ((string name, string value) in network.Sysctls)
        {
            FieldPath sysctl = FieldPath.Spec.Child("sysctls").Key(name);
            if (!name.StartsWith("net.", StringComparison.Ordinal)) errors.Add(FieldError.Invalid(sysctl, name, "must be a sysctl of the network, net.…"));
            if (value.Length == 0) errors.Add(FieldError.Required(sysctl));
            else if (!int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) && new Sysctls().With(name, "0") is not null)
                errors.Add(FieldError.Invalid(sysctl, value, "must be a whole number"));
        }
    }

    /// <summary>Adds all problems of an ExternalClient: at least one address, well-formed routes whose next hop has the destination's family.</summary>
    public static void Validate(ExternalClient client, List<FieldError> errors)
    {
        errors.AddRange(MetadataValidation.Validate(client.Metadata, namespaced: false, NameRules.Dns1123Subdomain));
        FieldPath addresses = FieldPath.Spec.Child("addresses");
        if (client.Addresses.IsEmpty) errors.Add(FieldError.Required(addresses, "must contain at least 1 address"));
        for (int i = 0; i < client.Addresses.Count; i++)
        {
            string address = client.Addresses[i];
            if (address.Contains('/', StringComparison.Ordinal)) errors.AddRange(AddressRules.Cidr(addresses.Index(i), address));
            else errors.AddRange(AddressRules.IpAddress(addresses.Index(i), address));
        }

        for (int i = 0; i < client.Routes.Count; i++)
        {
            ClientRoute route = client.Routes[i];
            FieldPath path = FieldPath.Spec.Child("routes").Index(i);
            errors.AddRange(AddressRules.Cidr(path.Child("to"), route.To));
            errors.AddRange(AddressRules.IpAddress(path.Child("via"), route.Via));
            if (IpCidr.TryParse(route.To, out IpCidr to) && IpAddr.TryParse(route.Via, out IpAddr via) && to.Family != via.Family)
                errors.Add(FieldError.Invalid(path.Child("via"), route.Via, $"must be an {to.Family} address as `to` is"));
        }
    }
}
