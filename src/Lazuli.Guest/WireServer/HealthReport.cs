using System.Xml;
using Lazuli.Engines.Node;

namespace Lazuli.Guest.WireServer;

/// <summary>A health document as guests post it: <c>Health/Container/RoleInstanceList/Role/Health/State</c> and <c>Details</c>.</summary>
internal sealed record HealthReport(GuestState State, string? ContainerId, string? SubStatus, string? Description)
{
    public const int MaxBytes = 64 * 1024;

    /// <summary>Null for anything that isn't a health report. Reads no DTD and resolves nothing.</summary>
    public static HealthReport? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var stream = new MemoryStream(body.ToArray(), writable: false);
            using var xml = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxBytes });
            return Read(xml);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static HealthReport? Read(XmlReader xml)
    {
        string? state = null, container = null, subStatus = null, description = null;
        var isHealth = false;
        while (!xml.EOF)
        {
            if (xml.NodeType != XmlNodeType.Element)
            {
                xml.Read();
                continue;
            }

            switch (xml.LocalName)
            {
                case "Health" when xml.Depth == 0:
                    isHealth = true;
                    xml.Read();
                    break;
                case "State":
                    state = Text(xml);
                    break;
                case "ContainerId":
                    container = Text(xml);
                    break;
                case "SubStatus":
                    subStatus = Text(xml);
                    break;
                case "Description":
                    description = Text(xml);
                    break;
                default:
                    xml.Read();
                    break;
            }
        }

        return (isHealth, state) switch
        {
            (true, "Ready") => new HealthReport(GuestState.Ready, container, null, null),
            (true, "NotReady") => new HealthReport(GuestState.NotReady, container, GuestText.Clean(subStatus, 128), GuestText.Clean(description, 4096)),
            _ => null,
        };
    }

    private static string? Text(XmlReader xml)
    {
        if (xml.IsEmptyElement)
        {
            xml.Read();
            return null;
        }

        xml.Read();
        var text = "";
        while (xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace)
        {
            text += xml.Value;
            xml.Read();
        }

        return text.Trim();
    }
}
