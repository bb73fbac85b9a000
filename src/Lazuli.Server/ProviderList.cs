using Lazuli.Engines.Image;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Authorization;
using Lazuli.Providers.Compute;
using Lazuli.Providers.Compute.VirtualMachines;
using Lazuli.Providers.Features;
using Lazuli.Providers.Insights;
using Lazuli.Providers.Management;
using Lazuli.Providers.Network;
using Lazuli.Providers.Node;
using Lazuli.Providers.ResourceGraph;
using Lazuli.Providers.Resources;
using Lazuli.Providers.Subscription;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Lazuli.Server;

/// <summary>The providers, one line each, and what they bring besides resource types.</summary>
public static class ProviderList
{
    /// <param name="windows">Whether the node can provision Windows.</param>
    public static IReadOnlyList<Provider> All(LazuliOptions options, TimeProvider time, bool windows) =>
    [
        new ResourcesProvider(time),
        new AuthorizationProvider(time),
        new ManagementProvider(time),
        new SubscriptionProvider(time),
        new FeaturesProvider(),
        new ComputeProvider(ImageCatalogue.Default, time, windows),
        new NetworkProvider(options.Network),
        new InsightsProvider(),
        new ResourceGraphProvider(time),
    ];

    /// <summary>What is declared, for pages and tests that look at declarations only.</summary>
    public static IReadOnlyList<Provider> Declared() => All(new LazuliOptions { StateDirectory = "" }, TimeProvider.System, windows: true);

    /// <summary>Aliases of <c>az vm create --image</c>.</summary>
    internal static Dictionary<string, string> ImageAliases()
        => ImageCatalogue.Default.Aliases.ToDictionary(a => a.Alias, a => a.Image.UrnOf("latest"));

    internal static void AddServices(IServiceCollection services, LazuliOptions options)
        => services
            .AddSingleton(ImageCatalogue.Default)
            .AddSingleton(options.Network)
            .AddSingleton(new ComputeOptions { ProvisioningTimeout = options.ProvisioningTimeout });

    /// <summary>Addresses that answer without a token: each carries its own proof.</summary>
    internal static void MapEndpoints(IEndpointRouteBuilder routes, KernelServices kernel, INode node)
    {
        var links = new BootDiagnosticsLinks(kernel.Secrets, kernel.Time, node, new NodeNames(kernel.Store));
        routes.MapGet(BootDiagnosticsLinks.Route, async (HttpContext context) =>
        {
            var file = await links.ReadAsync(context.Request.RouteValues["token"] as string ?? "", context.RequestAborted);
            if (file is null)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            context.Response.ContentType = file.ContentType;
            context.Response.ContentLength = file.Bytes.Length;
            await context.Response.Body.WriteAsync(file.Bytes, context.RequestAborted);
        });
    }
}
