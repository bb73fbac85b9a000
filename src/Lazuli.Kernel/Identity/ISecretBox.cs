namespace Lazuli.Kernel.Identity;

/// <summary>Encrypts secrets before they reach the store.</summary>
public interface ISecretBox
{
    string Protect(string plain);

    string Unprotect(string sealedText);
}
