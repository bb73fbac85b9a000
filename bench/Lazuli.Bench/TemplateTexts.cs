using System.Globalization;

namespace Lazuli.Bench;

/// <summary>Template text to read.</summary>
internal static class TemplateTexts
{
    public const string Head = "\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\"";

    /// <summary>As people write them: a small one with parameters, variables, a loop and references, and one with many resources written out.</summary>
    public static IEnumerable<string> All()
    {
        yield return $$"""
            {
              {{Head}},
              "metadata": { "description": "A network with machines." },
              "parameters": {
                "prefix": { "type": "string", "defaultValue": "web", "minLength": 1, "maxLength": 12, "metadata": { "description": "What all names begin with." } },
                "count": { "type": "int", "defaultValue": 4, "minValue": 1, "maxValue": 100 },
                "size": { "type": "string", "defaultValue": "Standard_B1s", "allowedValues": [ "Standard_B1s", "Standard_B2s" ] },
                "location": { "type": "string", "defaultValue": "[resourceGroup().location]", "metadata": { "description": "Where everything is." } }
              },
              "variables": {
                "vnet": "[format('{0}-vnet', parameters('prefix'))]",
                "nsg": "[concat(parameters('prefix'), '-nsg-', uniqueString(resourceGroup().id))]",
                "subnet": "[resourceId('Microsoft.Network/virtualNetworks/subnets', variables('vnet'), 'default')]",
                "tags": { "owner": "[toLower('Team')]", "environment": "test" }
              },
              "resources": [
                {
                  "type": "Microsoft.Network/virtualNetworks",
                  "apiVersion": "2023-11-01",
                  "name": "[variables('vnet')]",
                  "location": "[parameters('location')]",
                  "tags": "[variables('tags')]",
                  "dependsOn": [
                    "[resourceId('Microsoft.Network/networkSecurityGroups', variables('nsg'))]"
                  ],
                  "properties": {
                    "addressSpace": {
                      "addressPrefixes": [
                        "10.0.0.0/16"
                      ]
                    },
                    "subnets": [
                      {
                        "name": "default",
                        "properties": {
                          "addressPrefix": "[cidrSubnet('10.0.0.0/16', 24, 0)]",
                          "networkSecurityGroup": {
                            "id": "[resourceId('Microsoft.Network/networkSecurityGroups', variables('nsg'))]"
                          }
                        }
                      }
                    ]
                  }
                },
                {{SecurityGroup("[variables('nsg')]")}},
                {
                  "type": "Microsoft.Network/networkInterfaces",
                  "apiVersion": "2023-11-01",
                  "name": "[format('{0}-nic-{1}', parameters('prefix'), copyIndex())]",
                  "location": "[parameters('location')]",
                  "tags": "[variables('tags')]",
                  "copy": {
                    "name": "nics",
                    "count": "[parameters('count')]"
                  },
                  "dependsOn": [
                    "[resourceId('Microsoft.Network/virtualNetworks', variables('vnet'))]"
                  ],
                  "properties": {
                    "ipConfigurations": [
                      {
                        "name": "primary",
                        "properties": {
                          "privateIPAllocationMethod": "Dynamic",
                          "subnet": {
                            "id": "[variables('subnet')]"
                          }
                        }
                      }
                    ]
                  }
                }
              ],
              "outputs": {
                "addresses": {
                  "type": "array",
                  "copy": {
                    "count": "[parameters('count')]",
                    "input": "[reference(resourceId('Microsoft.Network/networkInterfaces', format('{0}-nic-{1}', parameters('prefix'), copyIndex()))).ipConfigurations[0].properties.privateIPAddress]"
                  }
                }
              }
            }
            """;
        yield return $$"""
            {
              {{Head}},
              "resources": [
                {{string.Join(",\n    ", Enumerable.Range(0, 100).Select(i => SecurityGroup(string.Create(CultureInfo.InvariantCulture, $"[format('nsg-{{0}}', {i})]"))))}}
              ]
            }
            """;
    }

    private static string SecurityGroup(string name) => $$"""
        {
                  "type": "Microsoft.Network/networkSecurityGroups",
                  "apiVersion": "2023-11-01",
                  "name": "{{name}}",
                  "location": "[resourceGroup().location]",
                  "properties": {
                    "securityRules": [
                      {
                        "name": "allow-web",
                        "properties": {
                          "priority": "[add(900, 100)]",
                          "direction": "Inbound",
                          "access": "Allow",
                          "protocol": "Tcp",
                          "sourceAddressPrefix": "*",
                          "sourcePortRange": "*",
                          "destinationAddressPrefix": "*",
                          "destinationPortRanges": [
                            "80",
                            "443"
                          ]
                        }
                      }
                    ]
                  }
                }
        """;
}
