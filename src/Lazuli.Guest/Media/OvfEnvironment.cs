using System.Text;
using System.Xml;
using Lazuli.Engines.Node;

namespace Lazuli.Guest.Media;

/// <summary>
/// <c>ovf-env.xml</c>, the provisioning document that Azure puts on a guest's DVD: element names, order and namespaces as
/// cloud-init's Azure datasource and waagent read them.
/// </summary>
public static class OvfEnvironment
{
    private const string Ovf = "http://schemas.dmtf.org/ovf/environment/1";
    private const string Wa = "http://schemas.microsoft.com/windowsazure";

    /// <summary>UTF-8 without a byte order mark. Throws <see cref="ArgumentException"/> on characters that XML can't hold.</summary>
    public static byte[] Render(VmProvisioning provisioning)
    {
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineHandling = NewLineHandling.Entitize }))
        {
            xml.WriteStartDocument();
            xml.WriteStartElement("Environment", Ovf);
            xml.WriteAttributeString("xmlns", "wa", null, Wa);
            xml.WriteStartElement("wa", "ProvisioningSection", Wa);
            xml.WriteElementString("wa", "Version", Wa, "1.0");
            xml.WriteStartElement("", "LinuxProvisioningConfigurationSet", Wa);
            WriteConfiguration(xml, provisioning);
            xml.WriteEndElement();
            xml.WriteEndElement();
            xml.WriteStartElement("wa", "PlatformSettingsSection", Wa);
            xml.WriteElementString("wa", "Version", Wa, "1.0");
            xml.WriteStartElement("wa", "PlatformSettings", Wa);
            xml.WriteElementString("wa", "ProvisionGuestAgent", Wa, Bool(provisioning.ProvisionGuestAgent));
            xml.WriteElementString("wa", "PreprovisionedVm", Wa, "false");
            xml.WriteElementString("wa", "ProvisionGuestProxyAgent", Wa, "false");
            xml.WriteEndElement();
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        return bytes.ToArray();
    }

    private static void WriteConfiguration(XmlWriter xml, VmProvisioning provisioning)
    {
        xml.WriteElementString("ConfigurationSetType", Wa, "LinuxProvisioningConfiguration");
        xml.WriteElementString("HostName", Wa, provisioning.ComputerName);
        xml.WriteElementString("UserName", Wa, provisioning.AdminUsername);
        if (provisioning.AdminPassword is { } password)
        {
            xml.WriteElementString("UserPassword", Wa, password);
        }

        xml.WriteElementString("DisableSshPasswordAuthentication", Wa, Bool(provisioning.DisablePasswordAuthentication));
        if (provisioning.SshKeys.Count > 0)
        {
            xml.WriteStartElement("SSH", Wa);
            xml.WriteStartElement("PublicKeys", Wa);
            foreach (var key in provisioning.SshKeys)
            {
                xml.WriteStartElement("PublicKey", Wa);
                xml.WriteElementString("Path", Wa, key.Path);
                xml.WriteElementString("Value", Wa, key.KeyData.Trim());
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        if (provisioning.CustomData is { } customData)
        {
            xml.WriteElementString("CustomData", Wa, customData);
        }
    }

    private static string Bool(bool value) => value ? "true" : "false";
}
