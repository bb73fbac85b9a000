using System.Globalization;
using System.Text;
using Lazuli.Engines.Node;

namespace Lazuli.Guest.Media;

/// <summary>
/// An initrd with the provisioning media at its end, as a second archive of one file, <c>/ovf-env.xml</c>: Linux unpacks all archives that follow one another
/// (Documentation/driver-api/early-userspace/buffer-format.rst).
/// </summary>
public static class ProvisioningInitrd
{
    private const int Header = 110;

    /// <summary>
    /// Writes the initrd <paramref name="initrd"/> and what follows it to <paramref name="path"/>, replacing it atomically; readable by its owner alone, for it holds the password.
    /// </summary>
    public static void Write(VmProvisioning provisioning, string initrd, string path)
        => SecretFile.Write(path, file =>
        {
            using (var image = File.OpenRead(initrd))
            {
                image.CopyTo(file);
            }

            file.Write(new byte[-file.Position & 3]);
            file.Write(Archive("ovf-env.xml", OvfEnvironment.Render(provisioning)));
        });

    /// <summary>An archive of one file (cpio's "newc"), readable by root alone. Each header, name and content begins at a multiple of four bytes.</summary>
    public static byte[] Archive(string name, ReadOnlySpan<byte> content)
    {
        using var archive = new MemoryStream();
        Entry(archive, name, 0x8100, content);
        Entry(archive, "TRAILER!!!", 0, []);
        return archive.ToArray();
    }

    private static void Entry(MemoryStream archive, string name, int mode, ReadOnlySpan<byte> content)
    {
        // magic, inode, mode, owner, group, links, time, size, device and its minor, the same of a special file, the name's size with its zero, no checksum
        int[] fields = [1, mode, 0, 0, 1, 0, content.Length, 0, 0, 0, 0, name.Length + 1, 0];
        archive.Write(Encoding.ASCII.GetBytes("070701" + string.Concat(fields.Select(f => f.ToString("x8", CultureInfo.InvariantCulture)))));
        archive.Write(Encoding.ASCII.GetBytes(name));
        archive.Write(new byte[1 + (-(Header + name.Length + 1) & 3)]);
        archive.Write(content);
        archive.Write(new byte[-content.Length & 3]);
    }
}
