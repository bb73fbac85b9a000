using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lazuli.Kernel.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lazuli.Server.Graph;

/// <summary>
/// The part of Microsoft Graph that <c>az ad</c>, <c>az role</c> and Terraform's providers need: users, groups, applications and service principals. Any caller with a token
/// for Graph may read the directory, as members of a tenant may.
/// </summary>
internal static class GraphEndpoints
{
    private const int MaxIds = 1000;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IEndpointRouteBuilder MapGraph(this IEndpointRouteBuilder routes, GraphDirectory graph, TokenValidator tokens, Audiences audiences)
    {
        foreach (var version in (string[])["/v1.0", "/beta"])
        {
            MapReads(version);
            MapUsersAndGroups(version);
            MapApplications(version);
            MapPrincipals(version);
            routes.Map(version + "/{**rest}", (RequestDelegate)(context => AnswerAsync(context, _ => GraphReply.Error(
                400, "BadRequest", $"The request '{context.Request.Method} {context.Request.Path}' is not supported by Lazuli."))));
        }

        return routes;

        void MapReads(string version)
        {
            Get(version + "/me", c => graph.Directory.Find(c.Caller.ObjectId) is { Kind: PrincipalKind.User } me ? GraphQuery.One(c.Context, GraphView.Of(me)) : GraphReply.NobodySignedIn());
            Get(version + "/me/ownedObjects", c => GraphQuery.List(c.Context, Owned(c.Caller.ObjectId)));
            Get(version + "/organization", c => GraphQuery.List(c.Context, [Organization()]));
            Get(version + "/domains", c => GraphQuery.List(c.Context, [Domain()]));
            Get(version + "/oauth2PermissionGrants", c => GraphQuery.List(c.Context, []));
            Get(version + "/directoryObjects/{id}", c => GraphQuery.One(c.Context, graph.Directory.Find(c["id"]) is { } found ? GraphView.Of(found) : null));
            Post(version + "/directoryObjects/getByIds", c => graph.ChangeAsync(c, body => Task.FromResult(GetByIds(body))));
            Post(version + "/directoryObjects/{id}/checkMemberGroups", c => GraphGroups.MemberGroupsAsync(graph, c, c["id"]));
            Post(version + "/directoryObjects/{id}/getMemberGroups", c => GraphGroups.MemberGroupsAsync(graph, c, c["id"]));
        }

        void MapUsersAndGroups(string version)
        {
            Get(version + "/users", c => GraphQuery.List(c.Context, graph.Directory.Users.Select(GraphView.Of)));
            Post(version + "/users", c => GraphUsers.CreateAsync(graph, c));
            Get(version + "/users/{id}", c => GraphQuery.One(c.Context, GraphUsers.Find(graph.Directory, c["id"]) is { } user ? GraphView.Of(user) : null));
            Patch(version + "/users/{id}", c => GraphUsers.UpdateAsync(graph, c));
            Delete(version + "/users/{id}", c => GraphUsers.DeleteAsync(graph, c));
            Post(version + "/users/{id}/getMemberGroups", c => GraphGroups.MemberGroupsAsync(graph, c, GraphUsers.Find(graph.Directory, c["id"])?.ObjectId ?? ""));
            Get(version + "/groups", c => GraphQuery.List(c.Context, graph.Directory.Groups.Select(GraphView.Of)));
            Post(version + "/groups", c => GraphGroups.CreateAsync(graph, c));
            Get(version + "/groups/{id}", c => GraphQuery.One(c.Context, GraphGroups.Find(graph.Directory, c["id"]) is { } group ? GraphView.Of(group) : null));
            Patch(version + "/groups/{id}", c => GraphGroups.UpdateAsync(graph, c));
            Delete(version + "/groups/{id}", c => GraphGroups.DeleteAsync(graph, c));
            Post(version + "/groups/{id}/getMemberGroups", c => GraphGroups.MemberGroupsAsync(graph, c, c["id"]));
            foreach (var (name, owner) in new[] { ("members", false), ("owners", true) })
            {
                Get($"{version}/groups/{{id}}/{name}", c => GraphGroups.Find(graph.Directory, c["id"]) is { } group ? Objects(c, owner ? group.Owners : group.Members) : GraphReply.NotFound(c["id"]));
                Post($"{version}/groups/{{id}}/{name}/$ref", c => GraphGroups.AddAsync(graph, c, owner));
                Delete($"{version}/groups/{{id}}/{name}/{{member}}/$ref", c => GraphGroups.RemoveAsync(graph, c, owner));
            }
        }

        void MapApplications(string version)
        {
            Get(version + "/applications", c => GraphQuery.List(c.Context, graph.Directory.Applications.Where(a => a.Kind == ApplicationKind.Application).Select(GraphView.ApplicationOf)));
            Post(version + "/applications", c => GraphApplications.CreateAsync(graph, c));
            foreach (var one in new[] { version + "/applications/{id}", version + "/applications(appId='{id}')" })
            {
                Get(one, c => GraphQuery.One(c.Context, GraphApplications.Find(graph.Directory, c["id"]) is { } application ? GraphView.ApplicationOf(application) : null));
                Patch(one, c => GraphApplications.UpdateAsync(graph, c));
                Delete(one, c => GraphApplications.DeleteAsync(graph, c));
                Post(one + "/addPassword", c => GraphApplications.AddPasswordAsync(graph, c, principal: false));
                Post(one + "/removePassword", c => GraphApplications.RemovePasswordAsync(graph, c, principal: false));
            }

            var item = version + "/applications/{id}";
            Get(item + "/owners", c => GraphApplications.Find(graph.Directory, c["id"]) is { } application ? Objects(c, application.Owners) : GraphReply.NotFound(c["id"]));
            Post(item + "/owners/$ref", c => GraphApplications.AddOwnerAsync(graph, c));
            Delete(item + "/owners/{member}/$ref", c => GraphApplications.RemoveOwnerAsync(graph, c));
            Get(item + "/federatedIdentityCredentials", c => GraphQuery.List(c.Context, []));
        }

        void MapPrincipals(string version)
        {
            Get(version + "/servicePrincipals", c => GraphQuery.List(c.Context, graph.Directory.Applications.Where(a => a.PrincipalId is not null).Select(GraphView.PrincipalOf)));
            Post(version + "/servicePrincipals", c => GraphApplications.CreatePrincipalAsync(graph, c));
            foreach (var one in new[] { version + "/servicePrincipals/{id}", version + "/servicePrincipals(appId='{id}')" })
            {
                Get(one, c => GraphQuery.One(c.Context, GraphApplications.FindPrincipal(graph.Directory, c["id"]) is { } application ? GraphView.PrincipalOf(application) : null));
                Patch(one, c => GraphApplications.UpdatePrincipalAsync(graph, c));
                Delete(one, c => GraphApplications.DeletePrincipalAsync(graph, c));
                Post(one + "/addPassword", c => GraphApplications.AddPasswordAsync(graph, c, principal: true));
                Post(one + "/removePassword", c => GraphApplications.RemovePasswordAsync(graph, c, principal: true));
            }

            Get(version + "/servicePrincipals/{id}/owners", c => GraphApplications.FindPrincipal(graph.Directory, c["id"]) is { } application ? Objects(c, application.Owners) : GraphReply.NotFound(c["id"]));
            Post(version + "/servicePrincipals/{id}/getMemberGroups", c => GraphGroups.MemberGroupsAsync(graph, c, c["id"]));
        }

        void Get(string pattern, Func<GraphCall, GraphReply> answer) => routes.MapGet(pattern, context => AnswerAsync(context, answer));

        void Post(string pattern, Func<GraphCall, Task<GraphReply>> answer) => routes.MapPost(pattern, context => GuardAsync(context, answer));

        void Patch(string pattern, Func<GraphCall, Task<GraphReply>> answer) => routes.MapPatch(pattern, context => GuardAsync(context, answer));

        void Delete(string pattern, Func<GraphCall, Task<GraphReply>> answer) => routes.MapDelete(pattern, context => GuardAsync(context, answer));

        Task AnswerAsync(HttpContext context, Func<GraphCall, GraphReply> answer) => GuardAsync(context, c => Task.FromResult(answer(c)));

        async Task GuardAsync(HttpContext context, Func<GraphCall, Task<GraphReply>> answer)
        {
            const string Scheme = "Bearer ";
            var header = context.Request.Headers.Authorization.ToString();
            var reply = !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? GraphReply.Error(401, "InvalidAuthenticationToken", "Access token is empty.")
                : tokens.Validate(header.AsSpan(Scheme.Length).Trim(), audiences.IsGraph).Ok(out var caller, out var error) ? await answer(new(context, caller))
                : GraphReply.Error(401, "InvalidAuthenticationToken", error.Message);
            await WriteAsync(context, reply);
        }

        IEnumerable<JsonObject> Owned(string owner) =>
        [
            .. graph.Directory.Applications.Where(a => a.Owners.Contains(owner)).Select(GraphView.ApplicationOf),
            .. graph.Directory.Applications.Where(a => a.PrincipalId is not null && a.Owners.Contains(owner)).Select(GraphView.PrincipalOf),
            .. graph.Directory.Groups.Where(g => g.Owners.Contains(owner)).Select(GraphView.Of),
        ];

        GraphReply Objects(GraphCall call, IEnumerable<string> ids) => GraphQuery.List(call.Context, ids.Select(graph.Directory.Find).OfType<DirectoryObject>().Select(GraphView.Of));

        GraphReply GetByIds(JsonObject body)
        {
            if (body["ids"] is not JsonArray { Count: <= MaxIds } ids)
            {
                return GraphReply.Bad($"The body must have 'ids', an array of at most {MaxIds} object ids.");
            }

            var types = body["types"] is JsonArray { Count: > 0 } given ? given.Select(t => "#microsoft.graph." + t).ToHashSet(StringComparer.OrdinalIgnoreCase) : null;
            return GraphReply.List(ids.Select(i => i?.ToString()).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Select(graph.Directory.Find).OfType<DirectoryObject>().Select(GraphView.Of)
                .Where(o => types is null || types.Contains("#microsoft.graph.directoryObject") || types.Contains((string?)o["@odata.type"] ?? "")));
        }

        JsonObject Organization() => new()
        {
            ["id"] = graph.Directory.Tenant.TenantId,
            ["displayName"] = graph.Directory.Tenant.DisplayName,
            ["tenantType"] = "AAD",
            ["verifiedDomains"] = new JsonArray(new JsonObject { ["name"] = graph.Directory.Tenant.Domain, ["isDefault"] = true, ["isInitial"] = true, ["type"] = "Managed" }),
        };

        JsonObject Domain() => new()
        {
            ["id"] = graph.Directory.Tenant.Domain,
            ["authenticationType"] = "Managed",
            ["isDefault"] = true,
            ["isInitial"] = true,
            ["isVerified"] = true,
        };
    }

    private static async Task WriteAsync(HttpContext context, GraphReply reply)
    {
        context.Response.StatusCode = reply.Status;
        context.Response.Headers.CacheControl = "no-store, no-cache";
        if (reply.Body is null)
        {
            return;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            reply.Body.WriteTo(json);
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }
}
