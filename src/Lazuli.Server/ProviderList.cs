using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Authorization;
using Lazuli.Providers.Insights;
using Lazuli.Providers.Resources;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Lazuli.Server;

/// <summary>The providers, one line each, and what they bring besides resource types.</summary>
public static class ProviderList
{
    public static IReadOnlyList<Provider> All(TimeProvider time) =>
    [
        new ResourcesProvider(),
        new AuthorizationProvider(time),
        new InsightsProvider(),
    ];

    /// <summary>What is declared, for pages and tests that look at declarations only.</summary>
    public static IReadOnlyList<Provider> Declared() => All(TimeProvider.System);

    /// <summary>Aliases of <c>az vm create --image</c>.</summary>
    public static IReadOnlyDictionary<string, string> ImageAliases() => new Dictionary<string, string>();

    internal static void AddServices(IServiceCollection services, LazuliOptions options)
    {
    }

    internal static void MapEndpoints(IEndpointRouteBuilder routes, KernelServices kernel, TenantDirectory directory, TokenValidator tokens, Audiences audiences)
    {
    }
}
