using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Resources.ResourceGroups;

/// <summary>Microsoft.Resources/resourceGroups: written at once, deleted in the background with all it holds.</summary>
public sealed class ResourceGroupsType : ResourceType<ResourceGroupProperties>
{
    public override ResourceTypeName Name => ResourceTypeName.ResourceGroup;

    public override IReadOnlyList<string> ApiVersions => ResourceManagerVersions.All;

    public override ResourceScopes Scopes => ResourceScopes.Subscription;

    /// <summary>1 to 90 letters, digits, <c>_-.()</c>, not ending in a period.</summary>
    public override string NamePattern => @"^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$";

    public override bool ListsOwn => true;

    public override ArmError InvalidName(ResourceId id) => ArmErrors.BadRequest(
        "InvalidResourceGroup",
        $"The provided resource group name '{id.Name}' is invalid. The name has at most 90 characters, can only be a letter, digit, '-', '.', '(', ')' or '_', and can't end with a period.");

    public override ArmError InvalidLocationChange(ResourceId id, string existing, string given) => new()
    {
        Code = "InvalidResourceGroupLocation",
        Message = $"Invalid resource group location '{given}'. The Resource group already exists in location '{existing}'.",
        Status = 409,
    };

    public override Type Reconciler => typeof(ResourceGroupReconciler);

    public override bool WritesTakeTime => false;

    public override JsonSerializerContext Json => ResourceGroupJson.Default;

    public override Result<Func<ReadOnlyMemory<byte>, bool>> Filter(string filter, Kernel.Http.ArmRequest request, Kernel.Store.IResourceStore store) => ResourceFilter.Parse(filter);
}

public sealed record ResourceGroupProperties : IProvisioned
{
    [Computed]
    public string? ProvisioningState { get; set; }
}

[JsonSerializable(typeof(Resource<ResourceGroupProperties>))]
internal sealed partial class ResourceGroupJson : JsonSerializerContext;
