namespace Lazuli.Engines.Tests.Guest;

/// <summary>Makes hostile input out of good input: bytes changed, cut, repeated, or all random.</summary>
internal static class Mutate
{
    public static byte[] Bytes(Random random, byte[] seed)
    {
        if (random.Next(8) == 0)
        {
            var noise = new byte[random.Next(600)];
            random.NextBytes(noise);
            return noise;
        }

        byte[] bytes = random.Next(4) switch
        {
            0 => seed[..random.Next(seed.Length)],
            1 => [.. seed, .. seed[random.Next(seed.Length)..]],
            _ => [.. seed],
        };
        for (var i = random.Next(6); i > 0 && bytes.Length > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = random.Next(3) switch { 0 => 0, 1 => 255, _ => (byte)random.Next(256) };
        }

        return bytes;
    }
}
