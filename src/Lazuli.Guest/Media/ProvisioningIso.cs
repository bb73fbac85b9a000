using Lazuli.Engines.Node;

namespace Lazuli.Guest.Media;

/// <summary>The DVD that a guest finds in <c>/dev/sr0</c> at its first boot.</summary>
public static class ProvisioningIso
{
    /// <summary>Writes the image to <paramref name="path"/>, replacing it atomically; readable by its owner alone, for it holds the password.</summary>
    public static void Write(VmProvisioning provisioning, string path) => SecretFile.Write(path, file => file.Write(Build(provisioning)));

    /// <summary>The image's bytes; the same provisioning gives the same bytes.</summary>
    public static byte[] Build(VmProvisioning provisioning) =>
        Iso9660.Build("OVFENV", "OVFENV.XML", "ovf-env.xml", OvfEnvironment.Render(provisioning), DateTimeOffset.UnixEpoch);
}
