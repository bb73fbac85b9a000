using System.Text.Json;
using System.Text.RegularExpressions;
using Lazuli.Kernel.Identity;
using Lazuli.Server.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lazuli.Server.Graph;

/// <summary>
/// The few reads of Microsoft Graph that <c>az role</c>, <c>az ad</c> and Terraform's providers need to name people and applications. Any caller
/// with a token for Graph may read the directory, as members of a tenant may; nothing is written here.
/// </summary>
public static partial class GraphEndpoints
{
    private const int MaxIds = 1000;

    public static IEndpointRouteBuilder MapGraph(this IEndpointRouteBuilder routes, TenantDirectory directory, TokenValidator tokens, Audiences audiences)
    {
        foreach (var version in (string[])["/v1.0", "/beta"])
        {
            Map(version + "/me", (context, caller) => OneAsync(context, directory.Find(caller.ObjectId), caller.Kind == PrincipalKind.User));
            Map(version + "/users", (context, _) => ListAsync(context, directory.Users.Select(Of)));
            Map(version + "/groups", (context, _) => ListAsync(context, directory.Groups.Select(Of)));
            Map(version + "/servicePrincipals", (context, _) => ListAsync(context, directory.Applications.Where(a => a.PrincipalId is not null).Select(PrincipalOf)));
            Map(version + "/applications", (context, _) => ListAsync(context, directory.Applications.Where(a => a.Kind == ApplicationKind.Application).Select(ApplicationOf)));
            Map(version + "/users/{id}", (context, _) => FindAsync(context, directory.Users.Select(Of), o => o.UserPrincipalName));
            Map(version + "/groups/{id}", (context, _) => FindAsync(context, directory.Groups.Select(Of), _ => null));
            Map(version + "/servicePrincipals/{id}", (context, _) => FindAsync(context, directory.Applications.Where(a => a.PrincipalId is not null).Select(PrincipalOf), _ => null));
            Map(version + "/applications/{id}", (context, _) => FindAsync(context, directory.Applications.Select(ApplicationOf), _ => null));
            Map(version + "/directoryObjects/{id}", (context, _) => OneAsync(context, directory.Find(context.Route("id")), true));
            routes.MapPost(version + "/directoryObjects/getByIds", context => GuardAsync(context, _ => GetByIdsAsync(context, directory)));
            routes.Map(version + "/{**rest}", (RequestDelegate)(context => GuardAsync(context, _ => ErrorAsync(
                context, 400, "BadRequest", $"The request '{context.Request.Method} {context.Request.Path}' is not supported by Lazuli."))));
        }

        return routes;

        void Map(string pattern, Func<HttpContext, Principal, Task> answer) => routes.MapGet(pattern, context => GuardAsync(context, caller => answer(context, caller)));

        Task GuardAsync(HttpContext context, Func<Principal, Task> answer)
        {
            const string Scheme = "Bearer ";
            var header = context.Request.Headers.Authorization.ToString();
            if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            {
                return ErrorAsync(context, 401, "InvalidAuthenticationToken", "Access token is empty.");
            }

            return tokens.Validate(header.AsSpan(Scheme.Length).Trim(), audiences.IsGraph).Ok(out var caller, out var error)
                ? answer(caller)
                : ErrorAsync(context, 401, "InvalidAuthenticationToken", error.Message);
        }
    }

    private static Task OneAsync(HttpContext context, DirectoryObject? found, bool isRightKind)
        => found is null || !isRightKind ? NotFoundAsync(context) : context.AnswerAsync(Of(found), GraphJson.Default.GraphObject);

    private static Task FindAsync(HttpContext context, IEnumerable<GraphObject> all, Func<GraphObject, string?> otherName)
    {
        var id = context.Route("id");
        return all.FirstOrDefault(o => Same(o.Id, id) || Same(otherName(o), id)) is { } found ? context.AnswerAsync(found, GraphJson.Default.GraphObject) : NotFoundAsync(context);
    }

    private static Task ListAsync(HttpContext context, IEnumerable<GraphObject> all)
    {
        if (context.Request.Query.Text("$filter") is { } filter)
        {
            if (Keep(filter) is not { } keep)
            {
                return ErrorAsync(context, 400, "Request_UnsupportedQuery", $"The filter '{filter}' is not supported by Lazuli.");
            }

            all = all.Where(keep);
        }

        return context.AnswerAsync(new GraphList([.. all]), GraphJson.Default.GraphList);
    }

    private static async Task GetByIdsAsync(HttpContext context, TenantDirectory directory)
    {
        GetByIdsRequest? request;
        try
        {
            request = await JsonSerializer.DeserializeAsync(context.Request.Body, GraphJson.Default.GetByIdsRequest, context.RequestAborted);
        }
        catch (JsonException)
        {
            request = null;
        }

        if (request?.Ids is not { Count: <= MaxIds } ids)
        {
            await ErrorAsync(context, 400, "Request_BadRequest", $"The body must have 'ids', an array of at most {MaxIds} object ids.");
            return;
        }

        var found = ids.Distinct(StringComparer.OrdinalIgnoreCase).Select(directory.Find).OfType<DirectoryObject>().Select(Of);
        if (request.Types is { Count: > 0 } types && !types.Contains("directoryObject", StringComparer.OrdinalIgnoreCase))
        {
            found = found.Where(o => types.Any(t => Same("#microsoft.graph." + t, o.ODataType)));
        }

        await context.AnswerAsync(new GraphList([.. found]), GraphJson.Default.GraphList);
    }

    /// <summary>The filters that the clients send; null for any other.</summary>
    private static Func<GraphObject, bool>? Keep(string filter)
    {
        if (NameFilter().Match(filter) is { Success: true } name)
        {
            return o => o.ServicePrincipalNames?.Contains(name.Groups[1].Value, StringComparer.OrdinalIgnoreCase) == true;
        }

        if (StartFilter().Match(filter) is { Success: true } start)
        {
            return o => o.DisplayName.StartsWith(start.Groups[1].Value, StringComparison.OrdinalIgnoreCase);
        }

        if (EqualFilter().Match(filter) is not { Success: true } equal)
        {
            return null;
        }

        var value = equal.Groups[2].Value;
        return equal.Groups[1].Value.ToUpperInvariant() switch
        {
            "APPID" => o => Same(o.AppId, value),
            "ID" => o => Same(o.Id, value),
            "DISPLAYNAME" => o => Same(o.DisplayName, value),
            "USERPRINCIPALNAME" => o => Same(o.UserPrincipalName, value),
            _ => null,
        };
    }

    private static GraphObject Of(DirectoryObject found) => found.Value switch
    {
        DirectoryUser user => Of(user),
        DirectoryGroup group => Of(group),
        DirectoryApplication application => PrincipalOf(application),
        _ => throw new InvalidOperationException($"The directory has no objects of {found.Value.GetType()}."),
    };

    private static GraphObject Of(DirectoryUser user) => new()
    {
        ODataType = "#microsoft.graph.user",
        Id = user.ObjectId,
        DisplayName = user.DisplayName,
        UserPrincipalName = user.UserPrincipalName,
        AccountEnabled = user.Enabled,
    };

    private static GraphObject Of(DirectoryGroup group) => new() { ODataType = "#microsoft.graph.group", Id = group.ObjectId, DisplayName = group.DisplayName, SecurityEnabled = true };

    private static GraphObject PrincipalOf(DirectoryApplication application) => new()
    {
        ODataType = "#microsoft.graph.servicePrincipal",
        Id = application.PrincipalId ?? application.ObjectId,
        DisplayName = application.DisplayName,
        AppId = application.ApplicationId,
        ServicePrincipalType = application.Kind.ToString(),
        ServicePrincipalNames = [application.ApplicationId],
        AccountEnabled = true,
    };

    private static GraphObject ApplicationOf(DirectoryApplication application) => new()
    {
        ODataType = "#microsoft.graph.application",
        Id = application.ObjectId,
        DisplayName = application.DisplayName,
        AppId = application.ApplicationId,
        CreatedDateTime = application.Created,
        PasswordCredentials = [.. application.Secrets.Select(s => new GraphPasswordCredential { KeyId = s.KeyId, DisplayName = s.DisplayName, Hint = s.Hint, StartDateTime = s.Start, EndDateTime = s.End })],
    };

    private static Task NotFoundAsync(HttpContext context)
        => ErrorAsync(context, 404, "Request_ResourceNotFound", $"Resource '{context.Route("id")}' does not exist or one of its queried reference-property objects are not present.");

    private static Task ErrorAsync(HttpContext context, int status, string code, string message)
        => context.AnswerAsync(new GraphErrorBody(new(code, message)), GraphJson.Default.GraphErrorBody, status);

    private static bool Same(string? a, string? b) => a is not null && a.Equals(b, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^servicePrincipalNames/any\(\w+:\s*\w+ eq '([^']*)'\)$", RegexOptions.IgnoreCase)]
    private static partial Regex NameFilter();

    [GeneratedRegex(@"^startswith\(displayName,\s*'([^']*)'\)$", RegexOptions.IgnoreCase)]
    private static partial Regex StartFilter();

    [GeneratedRegex(@"^(\w+) eq '([^']*)'$", RegexOptions.IgnoreCase)]
    private static partial Regex EqualFilter();
}
