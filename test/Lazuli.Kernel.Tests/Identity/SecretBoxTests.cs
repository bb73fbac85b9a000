using System.Security.Cryptography;
using Lazuli.Kernel.Identity;

namespace Lazuli.Kernel.Tests.Identity;

public sealed class SecretBoxTests : IDisposable
{
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("lazuli-test-");

    public void Dispose() => _state.Delete(recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("P@ssw0rd – ß 漢")]
    public void What_was_protected_comes_back_after_a_restart(string secret)
    {
        var text = SecretBox.Open(_state.FullName).Protect(secret);
        Assert.True(SecretBox.IsProtected(text));
        Assert.Equal(secret, SecretBox.Open(_state.FullName).Unprotect(text));
    }

    [Fact]
    public void The_same_secret_never_looks_the_same()
    {
        var box = SecretBox.Open(_state.FullName);
        Assert.NotEqual(box.Protect("a"), box.Protect("a"));
    }

    [Fact]
    public void A_changed_box_a_foreign_key_and_plain_text_are_noticed()
    {
        var box = SecretBox.Open(_state.FullName);
        var text = box.Protect("secret");
        var changed = text[..10] + (text[10] == 'A' ? 'B' : 'A') + text[11..];
        Assert.ThrowsAny<CryptographicException>(() => box.Unprotect(changed));
        Assert.ThrowsAny<CryptographicException>(() => new SecretBox(RandomNumberGenerator.GetBytes(32)).Unprotect(text));
        Assert.ThrowsAny<CryptographicException>(() => box.Unprotect("secret"));
    }

    [Fact]
    public void Keys_are_readable_by_their_owner_only_and_stay_the_same()
    {
        SecretBox.Open(_state.FullName);
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var first = SigningKey.Open(_state.FullName);
        using var second = SigningKey.Open(_state.FullName);
        Assert.Equal(first.KeyId, second.KeyId);
        foreach (var name in new[] { "secrets.key", "signing.pem" })
        {
            var path = Path.Combine(_state.FullName, "keys", name);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }
}
