using Lazuli.Engines.Image;

namespace Lazuli.Providers.Compute.Locations;

/// <summary>The document that clients fetch at <c>vmImageAliasDoc</c>: short names of images.</summary>
public static class ImageAliases
{
    public static ReadOnlyMemory<byte> Document(ImageCatalogue images) => JsonWriting.ToBytes(json =>
    {
        json.WriteStartObject();
        json.WriteString("$schema", "http://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json");
        json.WriteString("contentVersion", "1.0.0.0");
        json.WriteStartObject("parameters");
        json.WriteEndObject();
        json.WriteStartObject("variables");
        json.WriteEndObject();
        json.WriteStartArray("resources");
        json.WriteEndArray();
        json.WriteStartObject("outputs");
        json.WriteStartObject("aliases");
        json.WriteString("type", "object");
        json.WriteStartObject("value");
        foreach (var system in images.Aliases.GroupBy(a => a.Image.OsType))
        {
            json.WriteStartObject(system.Key);
            foreach (var (alias, image) in system)
            {
                json.WriteStartObject(alias);
                json.WriteString("publisher", image.Publisher);
                json.WriteString("offer", image.Offer);
                json.WriteString("sku", image.Sku);
                json.WriteString("version", "latest");
                json.WriteString("architecture", image.Architecture);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    });
}
