namespace Lazuli.Live.Tests.Net;

/// <summary>Servers in several guests, which end together.</summary>
internal sealed class Services(IReadOnlyList<Service> all) : IDisposable
{
    public void Dispose()
    {
        foreach (var service in all)
        {
            service.Dispose();
        }
    }
}
