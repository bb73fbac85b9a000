namespace Lazuli.Engines.Vm.Fake;

/// <summary>What machines without a screen show.</summary>
public static class FakeScreen
{
    /// <summary>A PNG of one black pixel.</summary>
    public static byte[] BlackPixel => Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==");
}
