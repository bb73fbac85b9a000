using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Lazuli.Server.SignIn;

/// <summary>
/// <c>/metadata/endpoints</c>, by which clients learn a cloud's addresses, in its three shapes: an object of 2015-01-01, an array from 2018-05-01 on,
/// an object again from 2022-09-01 on. No authentication.
/// </summary>
internal sealed class CloudMetadata(SignInServices services)
{
    /// <summary>Where the document of image aliases is.</summary>
    public const string ImageAliasPath = "/metadata/imageAliases.json";

    /// <summary>Where AzureCloud's is, built into <c>az</c>: on raw.githubusercontent.com, a name that leads to Lazuli inside <c>lazuli exec</c>.</summary>
    public const string PublicImageAliasPath = "/Azure/azure-rest-api-specs/main/arm-compute/quickstart-templates/aliases.json";

    public Task EndpointsAsync(HttpContext context)
    {
        var endpoints = PublicEndpoints.Of(context.Request);
        var version = context.Request.Query.Text("api-version") ?? "2015-01-01";
        JsonNode body = string.CompareOrdinal(version, "2018-05-01") < 0 ? Oldest(endpoints)
            : string.CompareOrdinal(version, "2022-09-01") < 0 ? new JsonArray(Cloud(endpoints))
            : Cloud(endpoints);
        return SendAsync(context, body);
    }

    /// <summary>The document that <c>az vm create --image ALIAS</c> reads.</summary>
    public Task ImageAliasesAsync(HttpContext context)
    {
        var aliases = new JsonObject();
        foreach (var (alias, urn) in services.ImageAliases())
        {
            if (urn.Split(':') is [var publisher, var offer, var sku, var version])
            {
                aliases[alias] = new JsonObject { ["publisher"] = publisher, ["offer"] = offer, ["sku"] = sku, ["version"] = version, ["architecture"] = "x64" };
            }
        }

        return SendAsync(context, new JsonObject
        {
            ["outputs"] = new JsonObject { ["aliases"] = new JsonObject { ["type"] = "object", ["value"] = new JsonObject { ["Linux"] = aliases, ["Windows"] = new JsonObject() } } },
        });
    }

    private static JsonObject Oldest(PublicEndpoints endpoints) => new()
    {
        ["galleryEndpoint"] = endpoints.Manager + "/",
        ["graphEndpoint"] = endpoints.IsPublicCloud ? "https://graph.windows.net/" : endpoints.Graph + "/",
        ["portalEndpoint"] = endpoints.Portal + "/",
        ["authentication"] = new JsonObject { ["loginEndpoint"] = endpoints.Login + "/", ["audiences"] = Audiences(endpoints) },
    };

    private JsonObject Cloud(PublicEndpoints endpoints) => new()
    {
        ["name"] = endpoints.IsPublicCloud ? "AzureCloud" : "Lazuli",
        ["resourceManager"] = endpoints.Manager + "/",
        ["portal"] = endpoints.Portal,
        ["graph"] = endpoints.IsPublicCloud ? "https://graph.windows.net/" : endpoints.Graph + "/",
        ["graphAudience"] = endpoints.IsPublicCloud ? "https://graph.windows.net/" : endpoints.Graph + "/",
        ["microsoftGraphResourceId"] = endpoints.Graph + "/",
        ["gallery"] = endpoints.Manager + "/",
        ["sqlManagement"] = endpoints.Manager + "/",
        ["vmImageAliasDoc"] = endpoints.Manager + ImageAliasPath,
        ["batch"] = "https://batch.core.windows.net/",
        ["media"] = "https://rest.media.azure.net",
        ["activeDirectoryDataLake"] = "https://datalake.azure.net/",
        ["appInsightsResourceId"] = "https://api.applicationinsights.io",
        ["attestationResourceId"] = "https://attest.azure.net",
        ["logAnalyticsResourceId"] = "https://api.loganalytics.io",
        ["ossrDbmsResourceId"] = "https://ossrdbms-aad.database.windows.net",
        ["synapseAnalyticsResourceId"] = "https://dev.azuresynapse.net",
        ["authentication"] = new JsonObject
        {
            ["loginEndpoint"] = endpoints.Login + "/",
            ["audiences"] = Audiences(endpoints),
            ["tenant"] = "common",
            ["identityProvider"] = "AAD",
        },
        ["suffixes"] = Suffixes(endpoints),
    };

    private static JsonArray Audiences(PublicEndpoints endpoints)
        => endpoints.IsPublicCloud ? new("https://management.core.windows.net/", "https://management.azure.com/") : new(endpoints.Manager + "/", "https://management.azure.com/");

    private JsonObject Suffixes(PublicEndpoints endpoints)
    {
        var own = services.DnsSuffix;
        return endpoints.IsPublicCloud
            ? Suffixes("core.windows.net", "vault.azure.net", "managedhsm.azure.net", "database.windows.net", "azurecr.io", "azurefd.net", "azuredatalakestore.net", "azuredatalakeanalytics.net",
                "mysql.database.azure.com", "postgres.database.azure.com", "mariadb.database.azure.com", "afs.azure.net", "dev.azuresynapse.net", "attest.azure.net")
            : Suffixes($"core.{own}", $"vault.{own}", $"managedhsm.{own}", $"database.{own}", $"azurecr.{own}", $"azurefd.{own}", $"azuredatalakestore.{own}", $"azuredatalakeanalytics.{own}",
                $"mysql.{own}", $"postgres.{own}", $"mariadb.{own}", $"afs.{own}", $"synapse.{own}", $"attest.{own}");
    }

    private static JsonObject Suffixes(
        string storage, string vault, string hsm, string sql, string registry, string frontDoor, string lake, string lakeAnalytics,
        string mysql, string postgres, string maria, string storageSync, string synapse, string attestation) => new()
        {
            ["storage"] = storage,
            ["keyVaultDns"] = vault,
            ["mhsmDns"] = hsm,
            ["sqlServerHostname"] = sql,
            ["acrLoginServer"] = registry,
            ["azureFrontDoorEndpointSuffix"] = frontDoor,
            ["azureDataLakeStoreFileSystem"] = lake,
            ["azureDataLakeAnalyticsCatalogAndJob"] = lakeAnalytics,
            ["mysqlServerEndpoint"] = mysql,
            ["postgresqlServerEndpoint"] = postgres,
            ["mariadbServerEndpoint"] = maria,
            ["storageSyncEndpointSuffix"] = storageSync,
            ["synapseAnalytics"] = synapse,
            ["attestationEndpoint"] = attestation,
        };

    private static Task SendAsync(HttpContext context, JsonNode body)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }
}
