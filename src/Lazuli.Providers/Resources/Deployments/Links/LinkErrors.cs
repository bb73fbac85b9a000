using Lazuli.Kernel.Errors;

namespace Lazuli.Providers.Resources.Deployments.Links;

/// <summary>Azure's errors of linked templates and parameters.</summary>
internal static class LinkErrors
{
    public static ArmError NotFetched(string uri, string trackingId, string why) => ArmErrors.BadRequest(
        "InvalidContentLink", $"Unable to download deployment content from '{uri}'. The tracking Id is '{trackingId}'. {why} Please see https://aka.ms/arm-deploy for usage details.");

    public static ArmError NoUri(string text) => ArmErrors.BadRequest(
        "InvalidContentLink", $"The provided content link '{text}' is invalid or not supported: it must be an absolute URI with the scheme http or https. Please see https://aka.ms/arm-deploy for usage details.");

    public static ArmError NoJson(string uri, string why) => ArmErrors.BadRequest(
        "InvalidTemplate", $"Deployment template parse failed: 'The content of '{uri}' is no JSON document: {why.TrimEnd('.')}.'.");

    public static ArmError OtherVersion(string where, string wanted, string? found) => ArmErrors.BadRequest(
        "InvalidContentLink", $"The content version '{found}' of '{where}' is not the content version '{wanted}' that the link asks for. Please see https://aka.ms/arm-deploy for usage details.");

    public static ArmError NoSpec(string id) => ArmErrors.BadRequest(
        "InvalidTemplateLink", $"The template link's id '{id}' is not the id of a template spec's version. Please see https://aka.ms/arm-template-specs for usage details.", "properties.templateLink");

    public static ArmError NoArtifact(string id, string path) => ArmErrors.BadRequest(
        "TemplateArtifactNotFound", $"The template spec version '{id}' has no template '{path}'. Please see https://aka.ms/arm-template-specs for usage details.", "properties.templateLink");
}
