using System.Buffers.Binary;
using System.Text;

namespace Lazuli.Guest.Media;

/// <summary>
/// Writes an ISO 9660 image (ECMA-119) holding one file in its root, with the Rock Ridge alternate name (RRIP 1.12), so that Linux shows the
/// name as given. Two directory records and one file: no Joliet, no boot record.
/// </summary>
public static class Iso9660
{
    private const int Sector = 2048;
    private const int PathTableL = 18;
    private const int PathTableM = 19;
    private const int Root = 20;
    private const int Continuation = 21;
    private const int Data = 22;

    /// <summary>
    /// The whole image, padded to a multiple of 32 KiB as kernels' read-ahead of optical drives expects. The same input gives the same bytes.
    /// <paramref name="volumeId"/>: at most 32 characters of A-Z, 0-9 and _; <paramref name="isoName"/>: 8.3, upper-case; <paramref name="name"/>: at most 100 ASCII characters.
    /// </summary>
    public static byte[] Build(string volumeId, string isoName, string name, ReadOnlySpan<byte> content, DateTimeOffset time)
    {
        var dataSectors = (content.Length + Sector - 1) / Sector;
        var total = (Data + dataSectors + 15) / 16 * 16;
        var image = new byte[total * Sector];
        var stamp = RecordTime(time);

        var primary = Descriptor(image, 16, 1);
        Text(primary.Slice(8, 32), "LINUX");
        Text(primary.Slice(40, 32), volumeId);
        Both32(primary.Slice(80), total);
        Both16(primary.Slice(120), 1);
        Both16(primary.Slice(124), 1);
        Both16(primary.Slice(128), Sector);
        Both32(primary.Slice(132), 10);
        BinaryPrimitives.WriteInt32LittleEndian(primary.Slice(140), PathTableL);
        BinaryPrimitives.WriteInt32BigEndian(primary.Slice(148), PathTableM);
        Record(primary.Slice(156), [0], Root, Sector, directory: true, stamp, []);
        primary.Slice(190, 813 - 190).Fill((byte)' ');
        for (var at = 813; at < 881; at += 17)
        {
            primary.Slice(at, 16).Fill((byte)'0');
        }

        primary[881] = 1;
        Descriptor(image, 17, 255);

        PathTable(image.AsSpan(PathTableL * Sector), little: true);
        PathTable(image.AsSpan(PathTableM * Sector), little: false);

        var root = image.AsSpan(Root * Sector, Sector);
        var extension = ExtensionReference(image.AsSpan(Continuation * Sector));
        var at1 = Record(root, [0], Root, Sector, directory: true, stamp, [.. "SP"u8, 7, 1, 0xBE, 0xEF, 0, .. Posix(0x4000 | 0x16D, 2), .. Continue(extension)]);
        var at2 = at1 + Record(root[at1..], [1], Root, Sector, directory: true, stamp, Posix(0x4000 | 0x16D, 2));
        Record(root[at2..], Encoding.ASCII.GetBytes(isoName + ";1"), Data, content.Length, directory: false, stamp,
            [.. Posix(0x8000 | 0x124, 1), .. "NM"u8, (byte)(5 + name.Length), 1, 0, .. Encoding.ASCII.GetBytes(name)]);
        content.CopyTo(image.AsSpan(Data * Sector));
        return image;
    }

    private static Span<byte> Descriptor(byte[] image, int sector, byte type)
    {
        var descriptor = image.AsSpan(sector * Sector, Sector);
        descriptor[0] = type;
        "CD001"u8.CopyTo(descriptor[1..]);
        descriptor[6] = 1;
        return descriptor;
    }

    /// <summary>A directory record (ECMA-119 9.1); returns its length, which is even.</summary>
    private static int Record(Span<byte> to, ReadOnlySpan<byte> id, int extent, int length, bool directory, ReadOnlySpan<byte> stamp, ReadOnlySpan<byte> systemUse)
    {
        var idEnd = 33 + id.Length + (id.Length % 2 == 0 ? 1 : 0);
        var size = idEnd + systemUse.Length;
        size += size % 2;
        to[0] = checked((byte)size);
        Both32(to[2..], extent);
        Both32(to[10..], length);
        stamp.CopyTo(to[18..]);
        to[25] = (byte)(directory ? 2 : 0);
        Both16(to[28..], 1);
        to[32] = (byte)id.Length;
        id.CopyTo(to[33..]);
        systemUse.CopyTo(to[idEnd..]);
        return size;
    }

    /// <summary>One entry, the root (ECMA-119 9.4), of 10 bytes.</summary>
    private static void PathTable(Span<byte> to, bool little)
    {
        to[0] = 1;
        if (little)
        {
            BinaryPrimitives.WriteInt32LittleEndian(to[2..], Root);
            BinaryPrimitives.WriteInt16LittleEndian(to[6..], 1);
        }
        else
        {
            BinaryPrimitives.WriteInt32BigEndian(to[2..], Root);
            BinaryPrimitives.WriteInt16BigEndian(to[6..], 1);
        }
    }

    /// <summary>PX: mode, links, owner and group (root), serial number.</summary>
    private static byte[] Posix(int mode, int links)
    {
        var entry = new byte[36];
        "PX"u8.CopyTo(entry);
        entry[2] = 36;
        entry[3] = 1;
        Both32(entry.AsSpan(4), mode);
        Both32(entry.AsSpan(12), links);
        return entry;
    }

    private static byte[] Continue(int length)
    {
        var entry = new byte[28];
        "CE"u8.CopyTo(entry);
        entry[2] = 28;
        entry[3] = 1;
        Both32(entry.AsSpan(4), Continuation);
        Both32(entry.AsSpan(20), length);
        return entry;
    }

    /// <summary>ER: says that the system use fields are Rock Ridge's. Returns its length.</summary>
    private static int ExtensionReference(Span<byte> to)
    {
        var id = "RRIP_1991A"u8;
        var description = "THE ROCK RIDGE INTERCHANGE PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS"u8;
        var length = 8 + id.Length + description.Length;
        "ER"u8.CopyTo(to);
        to[2] = (byte)length;
        to[3] = 1;
        to[4] = (byte)id.Length;
        to[5] = (byte)description.Length;
        to[7] = 1;
        id.CopyTo(to[8..]);
        description.CopyTo(to[(8 + id.Length)..]);
        return length;
    }

    private static byte[] RecordTime(DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        return [(byte)(utc.Year - 1900), (byte)utc.Month, (byte)utc.Day, (byte)utc.Hour, (byte)utc.Minute, (byte)utc.Second, 0];
    }

    private static void Text(Span<byte> to, string value)
    {
        to.Fill((byte)' ');
        Encoding.ASCII.GetBytes(value, to);
    }

    private static void Both32(Span<byte> to, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to, value);
        BinaryPrimitives.WriteInt32BigEndian(to[4..], value);
    }

    private static void Both16(Span<byte> to, short value)
    {
        BinaryPrimitives.WriteInt16LittleEndian(to, value);
        BinaryPrimitives.WriteInt16BigEndian(to[2..], value);
    }
}
