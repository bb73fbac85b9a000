using System.Net;
using System.Net.Sockets;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Deployments.Language;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Links;

/// <summary>
/// Follows a deployment's links: to URIs (http and https; a document of at most 4 MB, within 30 seconds, never from a link-local address) and to versions of template
/// specs, as the deployment's caller. Nothing is kept: who deploys again fetches again, as on Azure.
/// </summary>
internal sealed class LinkedContent(KernelServices kernel)
{
    /// <summary>The most bytes of a linked document.</summary>
    public const int Largest = 4 * 1024 * 1024;

    private const int Redirects = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = true,
        MaxAutomaticRedirections = Redirects,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectTimeout = TimeSpan.FromSeconds(10),
        ConnectCallback = ConnectAsync,
    })
    { Timeout = Patience };

    /// <summary>The request with what its links name: template and parameters are there then.</summary>
    public async Task<Result<DeploymentRequest>> FollowAsync(ArmRequest caller, DeploymentRequest request, CancellationToken cancellationToken)
    {
        if (request.TemplateLink is { } link)
        {
            if (!link.Within(null).Ok(out link, out var fault)
                || !(link.Id is { } id ? await ReadSpecAsync(caller, id, link.RelativePath, cancellationToken) : await FetchAsync(caller, WithQuery(link), cancellationToken)).Ok(out var template, out fault))
            {
                return fault;
            }

            if (Mismatch(template, link.ContentVersion, link.Uri ?? link.Id ?? "") is { } other)
            {
                return other;
            }

            request = request with { Template = template };
        }

        if (request.ParametersLink is { } parameters)
        {
            if (!(await FetchAsync(caller, parameters.Uri, cancellationToken)).Ok(out var file, out var fault))
            {
                return fault;
            }

            if (Mismatch(file, parameters.ContentVersion, parameters.Uri) is { } other)
            {
                return other;
            }

            request = request with { Parameters = file["parameters"] as ObjectValue ?? file.With("$schema", null).With("contentVersion", null) };
        }

        return request;
    }

    private static string WithQuery(TemplateLink link)
        => link.QueryString is not { } query ? link.Uri ?? "" : $"{link.Uri}{(link.Uri?.Contains('?', StringComparison.Ordinal) == true ? '&' : '?')}{query.TrimStart('?')}";

    private static ArmError? Mismatch(ObjectValue document, string? wanted, string where)
        => wanted is null || (document["contentVersion"] as StringValue)?.Data == wanted ? null
            : LinkErrors.OtherVersion(where, wanted, (document["contentVersion"] as StringValue)?.Data);

    private async Task<Result<ObjectValue>> ReadSpecAsync(ArmRequest caller, string id, string? artifact, CancellationToken cancellationToken)
    {
        if (!ResourceId.TryParse(id, out var version) || kernel.Registry.Type(version.Type) is not { } type || version.Type.Key != "microsoft.resources/templatespecs/versions")
        {
            return LinkErrors.NoSpec(id);
        }

        var get = DeploymentPreflight.RequestOf(caller, HttpMethod.Get, version, type.ApiVersions[0]);
        if (!(await kernel.Dispatcher.SendAsync(get, cancellationToken)).Ok(out var response, out var error))
        {
            return error;
        }

        var properties = (ValueReader.Read(response.Body.Span) as ObjectValue)?["properties"] as ObjectValue;
        if (artifact is null)
        {
            return properties?["mainTemplate"] is ObjectValue main ? main : LinkErrors.NoArtifact(id, "");
        }

        foreach (var one in ((properties?["linkedTemplates"] as ArrayValue)?.Items ?? []).OfType<ObjectValue>())
        {
            if ((one["path"] as StringValue)?.Data.Replace('\\', '/').Equals(artifact, StringComparison.OrdinalIgnoreCase) == true && one["template"] is ObjectValue template)
            {
                return template;
            }
        }

        return LinkErrors.NoArtifact(id, artifact);
    }

    private static async Task<Result<ObjectValue>> FetchAsync(ArmRequest caller, string text, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
        {
            return LinkErrors.NoUri(text);
        }

        // What is told about the link tells no signature.
        var shown = uri.GetLeftPart(UriPartial.Path);
        byte[] content;
        try
        {
            using var response = await Http.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return LinkErrors.NotFetched(shown, caller.CorrelationId, $"The server answered {(int)response.StatusCode}.");
            }

            if (await ReadAsync(response, cancellationToken) is not { } read)
            {
                return LinkErrors.NotFetched(shown, caller.CorrelationId, $"The document is larger than {Largest} bytes.");
            }

            content = read;
        }
        catch (HttpRequestException e)
        {
            return LinkErrors.NotFetched(shown, caller.CorrelationId, e.HttpRequestError == HttpRequestError.Unknown ? e.Message : $"{e.HttpRequestError}.");
        }
        catch (IOException)
        {
            return LinkErrors.NotFetched(shown, caller.CorrelationId, "The connection ended too early.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return LinkErrors.NotFetched(shown, caller.CorrelationId, $"It took longer than {Patience.TotalSeconds} seconds.");
        }

        try
        {
            return ValueReader.Read(content) is ObjectValue document ? document : LinkErrors.NoJson(shown, "a JSON object is expected");
        }
        catch (TemplateFault fault)
        {
            return LinkErrors.NoJson(shown, fault.Message);
        }
    }

    private static async Task<byte[]?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        await using var stream = await response.Content.ReadAsStreamAsync(deadline.Token);
        using var buffer = new MemoryStream();
        var chunk = new byte[64 * 1024];
        for (int read; (read = await stream.ReadAsync(chunk, deadline.Token)) > 0;)
        {
            buffer.Write(chunk, 0, read);
            if (buffer.Length > Largest)
            {
                return null;
            }
        }

        return buffer.ToArray();
    }

    // Metadata services and the like live at link-local addresses: no template comes from there, and no caller shall see what they say.
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = (await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken)).Where(a => !IsLinkLocal(a)).ToArray();
        if (addresses.Length == 0)
        {
            throw new HttpRequestException("Nothing is fetched from this address.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsLinkLocal(IPAddress address)
        => address.IsIPv6LinkLocal || (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes() is [169, 254, _, _];
}
