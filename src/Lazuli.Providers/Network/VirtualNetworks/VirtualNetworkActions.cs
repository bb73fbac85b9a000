using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkInterfaces;

namespace Lazuli.Providers.Network.VirtualNetworks;

/// <summary>Questions about a network's addresses.</summary>
internal static class VirtualNetworkActions
{
    private const int Suggestions = 5;

    /// <summary><c>GET …/CheckIPAddressAvailability?ipAddress=10.0.0.4</c>.</summary>
    public static Result<ActionResult<VirtualNetworkProperties>> CheckAddress(ActionContext<VirtualNetworkProperties> context)
    {
        var text = context.Request.Query.GetValueOrDefault("ipaddress");
        var prefixes = (context.Resource.Properties.Subnets ?? []).SelectMany(s => s.Properties?.Prefixes ?? []).ToArray();
        bool reserved, used;
        IEnumerable<string> others;
        if (Cidr.TryAddress(text, out var address))
        {
            var taken = PrivateAddresses.Taken(context.View, context.Resource.Id);
            if (Cidr.Among(prefixes).FirstOrDefault(p => p.Contains(address)) is not { Length: > 0 } prefix)
            {
                return NetworkErrors.AddressNotInSubnet(text ?? "", string.Join(", ", prefixes));
            }

            (reserved, used, others) = (PrivateAddresses.IsReserved(prefix, address), taken.ContainsKey(address), PrivateAddresses.Free(prefix, taken.ContainsKey).Select(Cidr.Text));
        }
        else if (Cidr6.TryAddress(text, out var address6))
        {
            var taken = PrivateAddresses.Taken6(context.View, context.Resource.Id);
            if (Cidr6.Among(prefixes).FirstOrDefault(p => p.Contains(address6)) is not { Length: > 0 } prefix)
            {
                return NetworkErrors.AddressNotInSubnet(text ?? "", string.Join(", ", prefixes));
            }

            (reserved, used, others) = (PrivateAddresses.IsReserved(prefix, address6), taken.ContainsKey(address6), PrivateAddresses.Free(prefix, taken.ContainsKey).Select(Cidr6.Text));
        }
        else
        {
            return NetworkErrors.InvalidAddress(text ?? "", "ipAddress");
        }

        var free = !reserved && !used;
        return new ActionResult<VirtualNetworkProperties>
        {
            Body = JsonWriting.ToBytes(json =>
            {
                json.WriteStartObject();
                json.WriteBoolean("available", free);
                if (!free)
                {
                    json.WriteStartArray("availableIPAddresses");
                    foreach (var other in others.Take(Suggestions))
                    {
                        json.WriteStringValue(other);
                    }

                    json.WriteEndArray();
                }

                json.WriteBoolean("isPlatformReserved", reserved);
                json.WriteEndObject();
            }),
        };
    }

    /// <summary><c>GET …/usages</c>: each subnet's IPv4 addresses, taken and in all.</summary>
    public static Result<ActionResult<VirtualNetworkProperties>> Usages(ActionContext<VirtualNetworkProperties> context) => new ActionResult<VirtualNetworkProperties>
    {
        Body = JsonWriting.List(context.Resource.Properties.Subnets ?? [], (json, subnet) =>
        {
            json.WriteStartObject();
            json.WriteNumber("currentValue", PrivateAddresses.UsersOf(context.View, context.Resource.Id.Child("subnets", subnet.Name ?? "")).Count(u => !Cidr.IsIpv6(u.Address)));
            json.WriteString("id", subnet.Id);
            json.WriteNumber("limit", Cidr.Among(subnet.Properties?.Prefixes ?? []).Sum(p => p.Size - PrivateAddresses.ReservedPerPrefix));
            json.WriteStartObject("name");
            json.WriteString("localizedValue", "Subnet size and usage");
            json.WriteString("value", "SubnetSpace");
            json.WriteEndObject();
            json.WriteString("unit", "Count");
            json.WriteEndObject();
        }),
    };
}
