using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Types;

namespace Lazuli.Kernel.Tests.Types;

/// <summary>A type that has one of everything, to test the kernel with.</summary>
public sealed class WidgetType(bool reconciled) : ResourceType<WidgetProperties>
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("Test.Things/widgets");

    public override IReadOnlyList<string> ApiVersions => ["2024-01-01"];

    public override JsonSerializerContext Json => WidgetJson.Default;

    public override Type? Reconciler => reconciled ? typeof(WidgetReconciler) : null;

    public override bool Presents => true;

    public override Resource<WidgetProperties> Present(Resource<WidgetProperties> stored, IResourceView view)
        => stored with { Properties = stored.Properties with { UsedBy = [.. view.Referrers(stored.Id).Select(r => r.ToString())] } };

    public override IReadOnlyList<ResourceAction> Actions =>
    [
        new ResourceAction<WidgetProperties>("spin", c => new ActionResult<WidgetProperties> { Desired = c.Resource with { Properties = c.Resource.Properties with { Spins = c.Resource.Properties.Spins + 1 } } }),
        new ResourceAction<WidgetProperties>("peek", c => new ActionResult<WidgetProperties> { Body = System.Text.Encoding.UTF8.GetBytes($"{{\"spins\":{c.Resource.Properties.Spins}}}") }) { Writes = false },
        new ResourceAction<WidgetProperties>("ponder", c => new ActionResult<WidgetProperties> { Body = System.Text.Encoding.UTF8.GetBytes($"{{\"spins\":{c.Resource.Properties.Spins}}}") }) { Writes = false, Answers = Answering.Later },
    ];

    public override IEnumerable<ResourceReference> References(Resource<WidgetProperties> resource)
        => resource.Properties.Peer?.Id is { } id ? [new ResourceReference(id, "properties.peer.id")] : [];

    public override IEnumerable<ArmError> AdmitDelete(Resource<WidgetProperties> current, IResourceView view)
        => view.Referrers(current.Id).Any() ? [ArmErrors.BadRequest("WidgetInUse", "in use")] : [];
}

public sealed record WidgetProperties : IProvisioned
{
    [Computed]
    public string? ProvisioningState { get; set; }

    [AllowedValues("Red", "Green")]
    public string? Color { get; set; } = "Red";

    [Range(1, 10)]
    public int? Size { get; set; }

    [Required]
    public string? Title { get; set; }

    [Immutable]
    public string? Shape { get; set; }

    [Secret]
    public string? Password { get; set; }

    [Private]
    public int Spins { get; set; }

    public ResourceLink? Peer { get; set; }
    public IReadOnlyList<Embedded<PartProperties>>? Parts { get; set; }

    [Computed]
    public IReadOnlyList<string>? UsedBy { get; set; }
}

public sealed record PartProperties
{
    [Range(0, 9)]
    public int Weight { get; set; }
}

public sealed class PartType : EmbeddedType<WidgetProperties, PartProperties>
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("Test.Things/widgets/parts");

    public override IReadOnlyList<string> ApiVersions => ["2024-01-01"];

    public override JsonSerializerContext Json => WidgetJson.Default;

    public override IReadOnlyList<Embedded<PartProperties>> Children(WidgetProperties parent) => parent.Parts ?? [];

    public override void SetChildren(WidgetProperties parent, IReadOnlyList<Embedded<PartProperties>> children) => parent.Parts = children;
}

public sealed class WidgetReconciler(IResourceView view, Func<Resource<WidgetProperties>, bool, Outcome> decide) : Reconciler<WidgetProperties>(view)
{
    protected override Task<Outcome> ReconcileAsync(Resource<WidgetProperties> resource, bool deleting, CancellationToken cancellationToken)
        => Task.FromResult(decide(resource, deleting));
}

[JsonSerializable(typeof(Resource<WidgetProperties>))]
[JsonSerializable(typeof(Embedded<PartProperties>))]
internal sealed partial class WidgetJson : JsonSerializerContext;

public sealed record GroupProperties;

public sealed class GroupType : ResourceType<GroupProperties>
{
    public override ResourceTypeName Name => ResourceTypeName.ResourceGroup;

    public override IReadOnlyList<string> ApiVersions => ["2024-01-01"];

    public override ResourceScopes Scopes => ResourceScopes.Subscription;

    public override JsonSerializerContext Json => GroupJson.Default;
}

[JsonSerializable(typeof(Resource<GroupProperties>))]
internal sealed partial class GroupJson : JsonSerializerContext;

public sealed class TestProvider(params ResourceType[] types) : Provider
{
    public override string Namespace => "Test.Things";

    public override IReadOnlyList<ResourceType> Types => types;
}
