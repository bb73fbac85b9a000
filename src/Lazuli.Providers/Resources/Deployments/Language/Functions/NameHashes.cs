using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Lazuli.Providers.Resources.Deployments.Language.Functions;

/// <summary>
/// The hashes behind <c>uniqueString</c>, <c>guid</c> and <c>templateHash</c>. They give Azure's own values, so that names made from them are the names that Azure would make.
/// </summary>
public static class NameHashes
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const uint C1 = 0x239b961b;
    private const uint C2 = 0xab0e9789;
    private static readonly Guid Namespace = new("11fb06fb-712d-4ddd-98c7-e71bbd588830");

    /// <summary>13 characters of a to z and 2 to 7.</summary>
    public static string UniqueString(string text)
    {
        var hash = Murmur64(Encoding.UTF8.GetBytes(text));
        return string.Create(13, hash, static (result, rest) =>
        {
            for (var i = 0; i < result.Length; i++)
            {
                result[i] = Alphabet[(int)(rest >> 59)];
                rest <<= 5;
            }
        });
    }

    /// <summary>A name-based identifier (RFC 9562, version 5) in Azure's namespace.</summary>
    public static string Guid(string text)
    {
        var count = Encoding.UTF8.GetByteCount(text);
        var input = new byte[16 + count];
        Namespace.TryWriteBytes(input, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(text, input.AsSpan(16));
#pragma warning disable CA5350 // Version 5 is defined with SHA-1; nothing relies on it for security.
        var hash = SHA1.HashData(input);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true).ToString();
    }

    /// <summary>MurmurHash3's mixing over two 32-bit lanes, eight bytes at a time; the second lane is the upper half.</summary>
    public static ulong Murmur64(ReadOnlySpan<byte> data)
    {
        uint h1 = 0, h2 = 0;
        var rest = data;
        for (; rest.Length >= 8; rest = rest[8..])
        {
            h1 ^= Mix1(BinaryPrimitives.ReadUInt32LittleEndian(rest));
            h1 = ((BitOperations.RotateLeft(h1, 19) + h2) * 5) + 0x561ccd1b;
            h2 ^= Mix2(BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]));
            h2 = ((BitOperations.RotateLeft(h2, 13) + h1) * 5) + 0x0bcaa747;
        }

        if (rest.Length > 0)
        {
            h1 ^= Mix1(Partial(rest[..Math.Min(4, rest.Length)]));
            if (rest.Length > 4)
            {
                h2 ^= Mix2(Partial(rest[4..]));
            }
        }

        h1 ^= (uint)data.Length;
        h2 ^= (uint)data.Length;
        h1 += h2;
        h2 += h1;
        h1 = Finish(h1);
        h2 = Finish(h2);
        h1 += h2;
        h2 += h1;
        return ((ulong)h2 << 32) | h1;
    }

    private static uint Mix1(uint k) => BitOperations.RotateLeft(k * C1, 15) * C2;

    private static uint Mix2(uint k) => BitOperations.RotateLeft(k * C2, 17) * C1;

    private static uint Partial(ReadOnlySpan<byte> bytes)
    {
        uint result = 0;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            result = (result << 8) | bytes[i];
        }

        return result;
    }

    private static uint Finish(uint h)
    {
        h ^= h >> 16;
        h *= 0x85ebca6b;
        h ^= h >> 13;
        h *= 0xc2b2ae35;
        return h ^ (h >> 16);
    }
}
