using System.Text.Json.Nodes;
using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Deployments;

/// <summary>Templates in the many shapes that people write them in: each is deployed as it is, and leaves what it says.</summary>
public sealed class ShapeTests(Lab lab)
{
    private static readonly (string Sign, string Text)[] Abbreviations =
    [
        ("§N", "\"type\":\"Microsoft.Network/networkSecurityGroups\",\"apiVersion\":\"2023-11-01\",\"location\":\"[resourceGroup().location]\""),
        ("§I", "\"type\":\"Microsoft.Network/publicIPAddresses\",\"apiVersion\":\"2023-11-01\",\"location\":\"[resourceGroup().location]\""),
        ("§V", "\"type\":\"Microsoft.Network/virtualNetworks\",\"apiVersion\":\"2023-11-01\",\"location\":\"[resourceGroup().location]\""),
        ("§S", "\"addressSpace\":{\"addressPrefixes\":[\"10.0.0.0/16\"]}"),
    ];

    /// <summary>What it is, the sections of the template, and what the output <c>o</c> is.</summary>
    public static TheoryData<string, string, string> Shapes => new()
    {
        {
            "an extension as a child by name",
            """
            "resources":[{§V,"name":"v","properties":{§S}},
              {"type":"Microsoft.Network/virtualNetworks/providers/locks","apiVersion":"2016-09-01","name":"[concat('v', '/Microsoft.Authorization/', 'keep')]","dependsOn":["v"],"properties":{"level":"CanNotDelete"}}],
            "outputs":{"o":{"type":"string","value":"[reference(resourceId('Microsoft.Network/virtualNetworks/providers/locks', 'v', 'Microsoft.Authorization', 'keep'), '2016-09-01').level]"}}
            """,
            "\"CanNotDelete\""
        },
        {
            "an extension as a nested child",
            """
            "resources":[{§V,"name":"v","properties":{§S},"resources":[
              {"type":"providers/locks","apiVersion":"2016-09-01","name":"Microsoft.Authorization/keep","dependsOn":["v"],"properties":{"level":"CanNotDelete"}}]}],
            "outputs":{"o":{"type":"string","value":"[reference(extensionResourceId(resourceId('Microsoft.Network/virtualNetworks', 'v'), 'Microsoft.Authorization/locks', 'keep'), '2016-09-01').level]"}}
            """,
            "\"CanNotDelete\""
        },
        {
            "functions in any casing, and names of variables, too",
            """
            "variables":{"Names":{"web":["a","b"]},"k":"web"},
            "resources":[{§N,"name":"[Concat(Variables('names')[variables('K')][CopyIndex()], '-', copyindex('l', 5))]","copy":{"name":"l","count":"[length(variables('Names').WEB)]"}}],
            "outputs":{"o":{"type":"string","value":"[reference(ResourceId('Microsoft.Network/networkSecurityGroups','b-6'), '2023-11-01', 'FULL').Location]"}}
            """,
            "\"eastus\""
        },
        {
            "what depends on what, said in every way",
            """
            "variables":{"nsgId":"[resourceId('Microsoft.Network/networkSecurityGroups', 'one')]"},
            "resources":[
              {§N,"name":"last","dependsOn":["[variables('nsgId')]","two","Microsoft.Network/networkSecurityGroups/three","[concat('Microsoft.Network/virtualNetworks/', 'v')]","loop","never","[resourceId('Microsoft.Network/virtualNetworks/subnets', 'v', 's')]","MICROSOFT.NETWORK/virtualnetworks/V/subnets/s"]},
              {§N,"name":"one"},{§N,"name":"two","dependsOn":[]},{§N,"name":"three","dependsOn":null},{§N,"name":"[concat('l', copyIndex())]","copy":{"name":"loop","count":2}},
              {§N,"name":"[concat('n', copyIndex())]","copy":{"name":"never","count":0}},
              {§V,"name":"v","properties":{§S},"resources":[{"type":"subnets","apiVersion":"2023-11-01","name":"s","dependsOn":["[resourceId('Microsoft.Network/virtualNetworks', 'v')]"],"properties":{"addressPrefix":"10.0.0.0/24"}}]}],
            "outputs":{"o":{"type":"string","value":"[reference('last').provisioningState]"}}
            """,
            "\"Succeeded\""
        },
        {
            "two of a name, of which a condition chooses one",
            """
            "parameters":{"new":{"type":"string","defaultValue":"no","allowedValues":["yes","no"]}},
            "resources":[{§I,"condition":"[equals(parameters('new'), 'yes')]","name":"p","properties":{"idleTimeoutInMinutes":5}},{§I,"condition":"[not(equals(parameters('new'), 'yes'))]","name":"p","properties":{"idleTimeoutInMinutes":6}}],
            "outputs":{"o":{"type":"int","value":"[reference(resourceId('Microsoft.Network/publicIPAddresses', 'p'), '2023-11-01').idleTimeoutInMinutes]"},
              "skipped":{"condition":"[equals(parameters('new'), 'yes')]","type":"string","value":"[reference('nothing').x]"}}
            """,
            "6"
        },
        {
            "a reference in a branch that is not taken",
            """
            "parameters":{"with":{"type":"bool","defaultValue":false}},
            "resources":[{§I,"condition":"[parameters('with')]","name":"p","properties":{}},{§N,"name":"n","tags":{"a":"[if(parameters('with'), reference(resourceId('Microsoft.Network/publicIPAddresses', 'p')).ipAddress, 'none')]"}}],
            "outputs":{"o":{"type":"string","value":"[reference('n', '2023-11-01', 'Full').tags.a]"}}
            """,
            "\"none\""
        },
        {
            "outputs of nested deployments by name and by id",
            """
            "resources":[
              {"type":"Microsoft.Resources/deployments","apiVersion":"2017-05-10","name":"[concat('in', 'ner')]","properties":{"mode":"Incremental","template":{
                "$schema":"http://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json","contentVersion":"1.0.0.0","resources":[],"outputs":{"x":{"type":"string","value":"[resourceGroup().name]"}}}}},
              {§N,"name":"n","dependsOn":["inner"],"tags":{"a":"[reference('inner').outputs.x.value]","b":"[reference(resourceId('Microsoft.Resources/deployments', 'inner'), '2017-05-10').outputs['x'].value]"}}],
            "outputs":{"o":{"type":"bool","value":"[equals(reference('n', '2023-11-01', 'Full').tags.a, reference('n', '2023-11-01', 'Full').tags.b)]"}}
            """,
            "true"
        },
        {
            "a nested deployment in a loop, each with its own values",
            """
            "parameters":{"names":{"type":"array","defaultValue":["x","y"]}},
            "resources":[
              {"type":"Microsoft.Resources/deployments","apiVersion":"2022-09-01","name":"[concat('d', copyIndex())]","copy":{"name":"ds","count":"[length(parameters('names'))]","mode":"serial"},
               "properties":{"mode":"Incremental","expressionEvaluationOptions":{"scope":"Inner"},"parameters":{"name":{"value":"[parameters('names')[copyIndex()]]"},"tags":{"value":{"i":"[string(copyIndex())]"}}},"template":{
                "$schema":"https://schema.management.azure.com/schemas/2019-08-01/deploymentTemplate.json#","contentVersion":"1.0.0.0",
                "parameters":{"name":{"type":"string"},"tags":{"type":"object","defaultValue":{}},"at":{"type":"string","defaultValue":"[utcNow('d')]"},"id":{"type":"string","defaultValue":"[newGuid()]"}},
                "variables":{"full":"[format('{0}-{1}', parameters('name'), 'nsg')]"},
                "resources":[{§N,"name":"[variables('full')]","tags":"[parameters('tags')]"}],
                "outputs":{"id":{"type":"string","value":"[resourceId('Microsoft.Network/networkSecurityGroups', variables('full'))]"}}}}}],
            "outputs":{"o":{"type":"array","copy":{"count":"[length(parameters('names'))]","input":"[last(split(reference(concat('d', copyIndex())).outputs.id.value, '/'))]"}}}
            """,
            "[\"x-nsg\",\"y-nsg\"]"
        },
        {
            "loops over properties, in each other, with what the resource's loop says",
            """
            "parameters":{"count":{"type":"int","defaultValue":2}},
            "variables":{"rules":[{"port":80,"who":["10.0.0.0/24"]},{"port":443,"who":["10.0.1.0/24","10.0.2.0/24"]}],"copy":[{"name":"ports","count":"[length(variables('rules'))]","input":"[variables('rules')[copyIndex('ports')].port]"}]},
            "resources":[{§N,"name":"[concat('n', copyIndex())]","copy":{"name":"ns","count":"[parameters('count')]"},"properties":{"copy":[{"name":"securityRules","count":"[length(variables('rules'))]","input":{
              "name":"[concat('r', copyIndex('ns'), copyIndex('securityRules'))]","properties":{"access":"Allow","direction":"Inbound","protocol":"Tcp","priority":"[add(100, copyIndex('securityRules', 1))]","sourcePortRange":"*","destinationAddressPrefix":"*",
                "destinationPortRange":"[variables('ports')[copyIndex('securityRules')]]","sourceAddressPrefixes":"[variables('rules')[copyIndex('securityRules')].who]"}}}]}}],
            "outputs":{"o":{"type":"string","value":"[string(map(reference('n1').securityRules, lambda('r', concat(lambdaVariables('r').name, ':', lambdaVariables('r').properties.destinationPortRange))))]"}}
            """,
            "\"[\\\"r10:80\\\",\\\"r11:443\\\"]\""
        },
        {
            "symbolic names, existing resources and nullable parameters",
            """
            "languageVersion":"2.0","definitions":{"tagsType":{"type":"object","additionalProperties":{"type":"string"},"nullable":true}},
            "parameters":{"tags":{"$ref":"#/definitions/tagsType"},"sku":{"type":"string","nullable":true}},
            "resources":{
              "group":{"existing":true,"type":"Microsoft.Resources/resourceGroups","apiVersion":"2022-09-01","scope":"[subscription().id]","name":"[resourceGroup().name]"},
              "nsg":{§N,"name":"n","tags":"[parameters('tags')]"},
              "ip":{§I,"name":"p","sku":{"name":"[coalesce(parameters('sku'), 'Standard')]"},"properties":{"publicIPAllocationMethod":"Static"},"dependsOn":["nsg"]}},
            "outputs":{"o":{"type":"string","value":"[format('{0} {1}', resourceInfo('nsg').name, reference('ip', '2023-11-01', 'full').sku.name)]"}}
            """,
            "\"n Standard\""
        },
        {
            "secure defaults, objects chosen by a parameter, quotes and brackets",
            """
            "parameters":{"secret":{"type":"securestring","defaultValue":"[newGuid()]"},"kind":{"type":"string","defaultValue":"small"},"o":{"type":"secureObject","defaultValue":{"a":[1,2]}}},
            "variables":{"sizes":{"small":{"n":4},"large":{"n":30}},"quoted":"[concat('it''s ', '[', 'x', ']')]","plain":"[[not an expression]","open":"[half","json":"[json('{\"a\": null, \"b\": [true]}')]"},
            "resources":[{§I,"name":"p","tags":{"q":"[variables('quoted')]","p":"[variables('plain')]","h":"[variables('open')]","[concat('key', '1')]":"v"},"properties":{"idleTimeoutInMinutes":"[variables('sizes')[parameters('kind')].n]","dnsSettings":"[variables('json').a]"}}],
            "outputs":{"o":{"type":"object","value":"[reference('p', '2023-11-01', 'Full').tags]"}}
            """,
            """{"q":"it's [x]","p":"[not an expression]","h":"[half","key1":"v"}"""
        },
        {
            "roles for what is made, by the names that functions give",
            """
            "variables":{"reader":"[concat('/subscriptions/', subscription().subscriptionId, '/providers/Microsoft.Authorization/roleDefinitions/', 'acdd72a7-3385-48ef-bd42-f606fba81ae7')]"},
            "resources":[{§N,"name":"n"},
              {"type":"Microsoft.Network/networkSecurityGroups/providers/roleAssignments","apiVersion":"2018-09-01-preview","name":"[concat('n', '/Microsoft.Authorization/', guid(resourceGroup().id, 'n'))]","dependsOn":["n"],
               "properties":{"roleDefinitionId":"[variables('reader')]","principalId":"[deployer().objectId]"}},
              {"type":"Microsoft.Authorization/roleAssignments","apiVersion":"2018-09-01-preview","name":"[guid(resourceGroup().id)]","properties":{"roleDefinitionId":"[variables('reader')]","principalId":"[deployer().objectId]","scope":"[resourceGroup().id]"}}],
            "outputs":{"o":{"type":"bool","value":"[contains(reference(extensionResourceId(resourceId('Microsoft.Network/networkSecurityGroups','n'), 'Microsoft.Authorization/roleAssignments', guid(resourceGroup().id, 'n')), '2022-04-01').scope, 'networkSecurityGroups')]"}}
            """,
            "true"
        },
        {
            "ids in other groups and scopes",
            """
            "resources":[],
            "outputs":{"o":{"type":"array","value":["[last(split(resourceId('other', 'Microsoft.Network/virtualNetworks/subnets', 'v', 's'), '/resourceGroups/'))]","[tenantResourceId('Microsoft.Management/managementGroups', 'm')]",
              "[replace(subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'x'), subscription().subscriptionId, 's')]","[uri('https://host/a/main.json', concat('nested/', 'b.json', '?sig=1'))]","[uriComponent('a b')]"]}}
            """,
            """["other/providers/Microsoft.Network/virtualNetworks/v/subnets/s","/providers/Microsoft.Management/managementGroups/m","/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/x","https://host/a/nested/b.json?sig=1","a%20b"]"""
        },
        {
            "tags of the group and of what is in it",
            """
            "resources":[{"type":"Microsoft.Resources/tags","apiVersion":"2021-04-01","name":"default","properties":{"tags":{"t":"1"}}},{§N,"name":"n"},
              {"type":"Microsoft.Resources/tags","apiVersion":"2021-04-01","scope":"Microsoft.Network/networkSecurityGroups/n","name":"default","dependsOn":["[resourceId('Microsoft.Network/networkSecurityGroups','n')]"],"properties":{"tags":{"t":"2"}}}],
            "outputs":{"o":{"type":"string","value":"[reference(extensionResourceId(resourceId('Microsoft.Network/networkSecurityGroups','n'), 'Microsoft.Resources/tags', 'default'), '2021-04-01').tags.t]"}}
            """,
            "\"2\""
        },
        {
            "nested deployments of the outer scope in a loop",
            """
            "variables":{"names":["x","y"]},
            "resources":[{"type":"Microsoft.Resources/deployments","apiVersion":"2021-04-01","name":"[concat('d', copyIndex())]","copy":{"name":"l","count":"[length(variables('names'))]"},"properties":{"mode":"Incremental","template":{
              "$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","parameters":{},"variables":{},
              "resources":[{§N,"name":"[concat('n', copyIndex())]","tags":{"t":"[variables('names')[copyIndex('l')]]"}}]}}}],
            "outputs":{"o":{"type":"string","value":"[deployment().name]"}}
            """,
            "\"main\""
        },
        {
            "all of a body by expressions",
            """
            "parameters":{"tagsByType":{"type":"Object","defaultValue":{"Microsoft.Network/networkSecurityGroups":{"a":"1"}}},"rules":{"type":"Array","defaultValue":["web"]},"location":{"type":"String","defaultValue":""}},
            "variables":{"location":"[if(empty(parameters('location')), resourceGroup().location, parameters('location'))]","b":"[variables('a')]","a":{"idleTimeoutInMinutes":7},
              "tags":"[if(contains(parameters('tagsByType'), 'Microsoft.Network/networkSecurityGroups'), parameters('tagsByType')['Microsoft.Network/networkSecurityGroups'], json('{}'))]"},
            "resources":[{"type":"[concat('Microsoft.Network', '/networkSecurityGroups')]","apiVersion":"[variables('apiVersion')]","name":"n","location":"[variables('location')]","tags":"[union(variables('tags'), createObject('b', '2'))]","comments":"a group","metadata":{"description":"d"},
                "properties":{"securityRules":"[map(parameters('rules'), lambda('r', createObject('name', lambdaVariables('r'), 'properties', createObject('access','Allow','direction','Inbound','protocol','*','priority',100,'sourcePortRange','*','sourceAddressPrefix','*','destinationAddressPrefix','*','destinationPortRange','80'))))]"}},
              {§I,"name":"p","properties":"[variables('b')]","sku":"[createObject('name', 'Basic')]"}],
            "outputs":{"o":{"type":"array","value":["[reference('n', variables('apiVersion'), 'Full').tags.b]","[reference('n').securityRules[0].name]","[reference('p').idleTimeoutInMinutes]"]}}
            """.Replace("\"variables\":{", "\"variables\":{\"apiVersion\":\"2020-05-01\",", StringComparison.Ordinal),
            """["2","web",7]"""
        },
        {
            "a new or an existing network, by a condition",
            """
            "parameters":{"newOrExisting":{"type":"string","defaultValue":"new","allowedValues":["new","existing"]},"group":{"type":"string","defaultValue":"[resourceGroup().name]"}},
            "variables":{"subnet":"[resourceId(parameters('group'), 'Microsoft.Network/virtualNetworks/subnets/', 'v', 's')]"},
            "resources":[{§V,"condition":"[equals(parameters('newOrExisting'), 'new')]","name":"v","properties":{§S,"subnets":[{"name":"s","properties":{"addressPrefix":"10.0.0.0/24"}}]}},
              {"type":"Microsoft.Network/networkInterfaces","apiVersion":"2015-06-15","location":"[resourceGroup().location]","name":"c","dependsOn":["[resourceId(resourceGroup().name, 'Microsoft.Network/virtualNetworks', 'v')]","[if(equals(parameters('newOrExisting'), 'new'), resourceId('Microsoft.Network/virtualNetworks', 'v'), 'v')]"],
                "properties":{"ipConfigurations":[{"name":"i","properties":{"privateIPAllocationMethod":"Dynamic","subnet":{"id":"[variables('subnet')]"}}}]}}],
            "outputs":{"o":{"type":"string","value":"[reference(resourceId('Microsoft.Network/networkInterfaces/', 'c'), '2019-02-01').ipConfigurations[0].properties.privateIPAddress]"}}
            """,
            "\"10.0.0.4\""
        },
        {
            "functions of the template's own, arrays and objects put together",
            """
            "functions":[{"namespace":"contoso","members":{"uniqueName":{"parameters":[{"name":"namePrefix","type":"string"}],"output":{"type":"string","value":"[concat(toLower(parameters('namePrefix')), '-', substring(uniqueString('x'), 0, 3))]"}}}}],
            "variables":{"list":"[concat(createArray('a'), array('b'), range(0, 2))]","merged":"[union(json('{\"a\": {\"x\": 1}}'), json('{\"a\": {\"y\": 2}}'))]"},
            "resources":[{§N,"name":"[Contoso.uniqueName('WEB')]"}],
            "outputs":{"o":{"type":"array","value":["[startsWith(contoso.uniquename('Web'), 'web-')]","[length(variables('list'))]","[variables('merged').a.y]","[padLeft(3, 3, '0')]","[format('{0:D2}', 7)]","[string(variables('merged'))]"]}}
            """,
            """[true,4,2,"003","07","{\"a\":{\"x\":1,\"y\":2}}"]"""
        },
    };

    [Fact]
    public async Task Parameters_may_be_expressions_over_what_the_client_s_tools_found()
    {
        var path = Template.Path(await lab.GroupAsync(), "main");
        static string Body(string inputs) => """
            {"properties":{"mode":"Incremental","externalInputDefinitions":{"tool_0":{"kind":"tool","config":{"a":1}}},"externalInputs":§I,"parameters":{"n":{"expression":"[externalInputs('tool_0').size]"},"s":{"expression":"[format('{0}!', externalInputs('tool_0').size)]"}},
             "template":{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","parameters":{"n":{"type":"int"},"s":{"type":"string"}},"resources":[],
               "outputs":{"o":{"type":"string","value":"[concat(parameters('s'), parameters('n'))]"}}}}}
            """.Replace("§I", inputs, StringComparison.Ordinal);
        await lab.SucceedAsync("PUT", path, Body("""{"tool_0":{"value":{"size":3}}}"""));
        Assert.Equal("3!3", (string?)(await lab.SendAsync("GET", path)).Expect(200).Json["properties"]!["outputs"]!["o"]!["value"]);
        Assert.Contains("no external input 'tool_0'", (await lab.SendAsync("POST", path + "/validate", Body("{}"))).Expect(400, "InvalidTemplate").Text, StringComparison.Ordinal);
        (await lab.SendAsync("POST", path + "/validate", Body("""{"tool_0":3}"""))).Expect(400, "InvalidRequestContent");
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_template_of_any_shape_is_deployed_as_it_is(string what, string sections, string output)
    {
        sections = Abbreviations.Aggregate(sections, (text, a) => text.Replace(a.Sign, a.Text, StringComparison.Ordinal));
        var path = Template.Path(await lab.GroupAsync(), "main");
        (await lab.SendAsync("POST", path + "/validate", Template.Body(sections))).Expect(200);
        var predicted = (await lab.AskAsync(path + "/whatIf", Template.Body(sections))).Expect(200).Json["properties"]!["changes"]!.AsArray();
        Assert.DoesNotContain(predicted, c => (string?)c!["changeType"] == "Unsupported");
        await lab.SucceedAsync("PUT", path, Template.Body(sections));
        var properties = (await lab.SendAsync("GET", path)).Expect(200).Json["properties"]!;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(output), properties["outputs"]!["o"]!["value"]), $"{what}: {properties["outputs"]!.ToJsonString()}");
        Assert.Equal(
            predicted.Select(c => (string)c!["resourceId"]!).Order(StringComparer.OrdinalIgnoreCase),
            properties["outputResources"]!.AsArray().Select(r => (string)r!["id"]!).Order(StringComparer.OrdinalIgnoreCase),
            StringComparer.OrdinalIgnoreCase);
    }
}
