using Lazuli.Providers.Resources.Deployments.Language.Templates;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Tests.Resources.Deployments.Language;

public sealed class TemplateCompilerTests
{
    [Fact]
    public void Parameters_take_the_value_given_or_their_default_and_secrets_are_withheld()
    {
        var compiled = TestTemplates.Compile(
            """ "parameters":{"a":{"type":"string"},"b":{"type":"int","defaultValue":"[add(1, 2)]"},"c":{"type":"securestring","defaultValue":"x"},"d":{"type":"string","defaultValue":"[concat(parameters('a'), utcNow('yyyy'))]"}}""",
            """{"a":{"value":"hi"}}""");
        Assert.True(compiled.Parameters(false).Ok(out var shown, out _));
        Assert.Equal("""{"a":{"type":"String","value":"hi"},"b":{"type":"Int","value":3},"c":{"type":"SecureString"},"d":{"type":"String","value":"hi2024"}}""", shown.ToString());
    }

    [Fact]
    public void All_faults_of_the_parameters_are_reported_together()
    {
        var error = TestTemplates.Error(
            """ "parameters":{"a":{"type":"string"},"b":{"type":"int","minValue":5},"c":{"type":"string","allowedValues":["x","y"]}}""",
            """{"b":{"value":1},"c":{"value":"z"},"unknown":{"value":1}}""");
        var text = TestTemplates.Describe(error);
        Assert.Contains("The value for the template parameter 'a' at line '1' and column", text, StringComparison.Ordinal);
        Assert.Contains("greater than or equal to '5'", text, StringComparison.Ordinal);
        Assert.Contains("not part of the allowed value(s): 'x,y'", text, StringComparison.Ordinal);
        Assert.Contains("The template parameters 'unknown' in the parameters file are not valid", text, StringComparison.Ordinal);
        Assert.All(error.Details ?? [], d => Assert.Equal("InvalidTemplate", d.Code));
    }

    [Theory]
    [InlineData("""{"type":"string"}""", "1", "Expected 'String, Uri'. Actual 'Integer'")]
    [InlineData("""{"type":"int"}""", "\"1\"", "Expected 'Integer'. Actual 'String'")]
    [InlineData("""{"type":"bool"}""", "{}", "Expected 'Boolean'. Actual 'Object'")]
    [InlineData("""{"type":"array","maxLength":1}""", "[1,2]", "less than or equal to '1'")]
    [InlineData("""{"type":"string","minLength":3}""", "\"ab\"", "greater than or equal to '3'")]
    [InlineData("""{"$ref":"#/definitions/port"}""", "70000", "less than or equal to '65535'")]
    [InlineData("""{"type":"array","items":{"$ref":"#/definitions/port"}}""", "[1,70000]", "p[1]")]
    [InlineData("""{"type":"object","properties":{"x":{"type":"int"}}}""", "{}", "required property 'x' is missing")]
    [InlineData("""{"type":"object","properties":{"x":{"type":"int"}},"additionalProperties":false}""", """{"x":1,"y":2}""", "'y' is not part")]
    [InlineData("""{"type":"object","discriminator":{"propertyName":"k","mapping":{"a":{"type":"object","properties":{"n":{"type":"int"}}}}}}""", """{"k":"b"}""", "must be one of 'a'")]
    public void A_value_that_does_not_fit_its_type_is_refused(string type, string value, string part)
        => Assert.Contains(part, TestTemplates.Describe(TestTemplates.Error($$""" "definitions":{"port":{"type":"int","minValue":1,"maxValue":65535} },"parameters":{"p":{{type}} }""", $$"""{"p":{"value":{{value}} } }""")), StringComparison.Ordinal);

    [Fact]
    public void Loops_unroll_with_names_serial_batches_and_property_copies()
    {
        var compiled = TestTemplates.Compile(
            """ "resources":[{§V,"name":"[format('v{0}', copyIndex(1))]","copy":{"name":"nets","count":4,"mode":"serial","batchSize":2},"properties":{"copy":[{"name":"subnets","count":2,"input":{"name":"[concat('s', copyIndex('subnets'), '-', copyIndex())]"}}]}},{§N,"name":"n","dependsOn":["nets"]}]""");
        Assert.Equal(["v1", "v2", "v3", "v4", "n"], compiled.Resources.Select(r => r.Id.Name));
        Assert.Equal("""{"properties":{"subnets":[{"name":"s0-1"},{"name":"s1-1"}]}}""", compiled.Resources[1].Body.ToString());
        Assert.Equal([0, 1], compiled.Resources[2].DependsOn);
        Assert.Equal([0, 1, 2, 3], compiled.Resources[4].DependsOn);
    }

    [Fact]
    public void Children_are_flattened_and_scopes_make_ids()
    {
        var compiled = TestTemplates.Compile(
            """ "resources":[{§V,"name":"v","resources":[{"type":"subnets","apiVersion":"2024-05-01","name":"s","dependsOn":["v"],"properties":{"addressPrefix":"10.0.0.0/24"}}]},{"type":"Microsoft.Network/virtualNetworks/subnets","apiVersion":"2024-05-01","name":"v/t","dependsOn":["[resourceId('Microsoft.Network/virtualNetworks', 'v')]"]},{"type":"Microsoft.Authorization/locks","apiVersion":"2020-05-01","name":"l","scope":"[format('Microsoft.Network/virtualNetworks/{0}', 'v')]","dependsOn":["Microsoft.Network/virtualNetworks/v"]},{"type":"Microsoft.Resources/deployments","apiVersion":"2022-09-01","name":"d","resourceGroup":"other","properties":{"mode":"Incremental","template":{} } }]""");
        var group = TestTemplates.Group.ToString();
        Assert.Equal(
            [
                $"{group}/providers/Microsoft.Network/virtualNetworks/v",
                $"{group}/providers/Microsoft.Network/virtualNetworks/v/subnets/s",
                $"{group}/providers/Microsoft.Network/virtualNetworks/v/subnets/t",
                $"{group}/providers/Microsoft.Network/virtualNetworks/v/providers/Microsoft.Authorization/locks/l",
                $"/subscriptions/{TestTemplates.Subscription}/resourceGroups/other/providers/Microsoft.Resources/deployments/d",
            ],
            compiled.Resources.Select(r => r.Id.ToString()));
        Assert.Equal([0], compiled.Resources[1].DependsOn);
        Assert.Equal([0], compiled.Resources[2].DependsOn);
        Assert.Equal([0], compiled.Resources[3].DependsOn);
    }

    [Fact]
    public void Reference_by_name_is_a_dependency_and_its_value_stays_unknown()
    {
        var compiled = TestTemplates.Compile(
            """ "resources":[{§V,"name":"v"},{§N,"name":"n","tags":{"known":"[toLower('X')]"},"properties":{"p":"[reference('v').addressSpace.addressPrefixes[0]]","q":"[if(equals(1,1), concat('a', reference(resourceId('Microsoft.Network/virtualNetworks','v')).x), 'b')]"}}],"outputs":{"o":{"type":"string","value":"[reference('v').id]"}}""");
        Assert.Equal([0], compiled.Resources[1].DependsOn);
        var body = compiled.Resources[1].Body;
        Assert.True(body.HasUnknown);
        Assert.IsType<UnknownValue>(((ObjectValue)(body["properties"] ?? NullValue.Instance))["q"]);
        Assert.Equal("x", ((StringValue)(((ObjectValue)(body["tags"] ?? NullValue.Instance))["known"] ?? NullValue.Instance)).Data);
    }

    [Fact]
    public void Symbolic_names_loops_and_existing_resources_work()
    {
        var compiled = TestTemplates.Compile(
            """ "languageVersion":"2.0","resources":{"net":{"existing":true,§V,"name":"v"},"nics":{§N,"copy":{"name":"nicLoop","count":2},"name":"[format('n{0}', copyIndex())]","dependsOn":["net"]},"last":{§N,"name":"z","properties":{"x":"[reference('nics[1]').y]"},"dependsOn":["nics"]}},"outputs":{"all":{"type":"array","value":"[references('nics', 'Full')]"}}""");
        Assert.True(compiled.Resources[0].Existing);
        Assert.Equal("nics[1]", compiled.Resources[2].Symbol);
        Assert.Equal([1, 2], compiled.Resources[3].DependsOn);
        Assert.Equal(compiled.Resources[2], compiled.Find("nics[1]"));
    }

    [Fact]
    public void A_false_condition_leaves_the_resource_out_but_not_unknown()
    {
        var compiled = TestTemplates.Compile(""" "resources":[{§V,"name":"v","condition":"[equals(1, 2)]","properties":{"x":"[div(1, 0)]"}},{§N,"name":"n","dependsOn":["v"]}]""");
        Assert.False(compiled.Resources[0].Deployed);
        Assert.Equal([0], compiled.Resources[1].DependsOn);
    }

    [Fact]
    public void User_functions_see_their_parameters_only()
    {
        var compiled = TestTemplates.Compile(
            """ "functions":[{"namespace":"contoso","members":{"up":{"parameters":[{"name":"s","type":"string"}],"output":{"type":"string","value":"[concat('<', toUpper(parameters('s')), '>')]"}}}}],"variables":{"v":"[contoso.up('a')]","copy":[{"name":"list","count":3,"input":"[copyIndex('list', 1)]"}]},"outputs":{"o":{"type":"string","value":"[variables('v')]"},"l":{"type":"array","value":"[variables('list')]"},"c":{"type":"array","copy":{"count":2,"input":"[concat('x', copyIndex())]"}},"gone":{"type":"string","condition":false,"value":"x"},"secret":{"type":"securestring","value":"x"}}""");
        Assert.True(compiled.Outputs(null!).Ok(out var outputs, out _));
        Assert.Equal("""{"o":{"type":"String","value":"<A>"},"l":{"type":"Array","value":[1,2,3]},"c":{"type":"Array","value":["x0","x1"]},"secret":{"type":"SecureString"}}""", outputs.ToString());
    }

    [Theory]
    [InlineData(""" "resources":[{§V,"name":"v","dependsOn":["nowhere"]}]""", "The resource 'nowhere' is not defined in the template", "properties.template.resources[0].dependsOn")]
    [InlineData(""" "resources":[{§V,"name":"v"},{§V,"name":"V"}]""", "is defined multiple times in a template", "properties.template.resources[1]")]
    [InlineData(""" "resources":[{§V,"name":"a","dependsOn":["b"]},{§V,"name":"b","dependsOn":["a"]}]""", "Circular dependency detected on resource", "properties.template.resources[0]")]
    [InlineData(""" "resources":[{§V,"name":"a/b"}]""", "incorrect segment lengths", "properties.template.resources[0].type")]
    [InlineData(""" "resources":[{"type":"Microsoft.Network/virtualNetworks","name":"a"}]""", "The apiVersion property is required", "properties.template.resources[0].apiVersion")]
    [InlineData(""" "resources":[{§V,"name":"a","properties":{"x":"[unheardOf()]"}}]""", "The template function 'unheardOf' is not valid", "properties.template.resources[0].properties.x")]
    [InlineData(""" "resources":[{§V,"name":"a","properties":{"x":"[variables('y')]"}}]""", "The template variable 'y' is not found", "properties.template.resources[0]")]
    [InlineData(""" "resources":[{§V,"name":"[reference('x').y]"}]""", "'reference' is not expected at this location", "properties.template.resources[0]")]
    [InlineData(""" "resources":[{§V,"name":"[newGuid()]"}]""", "'newGuid' is not expected at this location", "properties.template.resources[0]")]
    [InlineData(""" "resources":[{§V,"name":"a","copy":{"name":"c","count":801}}]""", "between 0 and 800", "properties.template.resources[0]")]
    [InlineData(""" "variables":{"a":"[variables('b')]","b":"[variables('a')]"},"outputs":{"o":{"type":"string","value":"[variables('a')]"}}""", "refers to itself", "properties.template.variables.b")]
    [InlineData(""" "outputs":{"o":{"type":"int","value":"x"}}""", "Expected 'Integer'. Actual 'String'", "properties.template.outputs.o")]
    [InlineData(""" "surprise":1""", "Could not find member 'surprise' on object of type 'Template'", "surprise")]
    [InlineData(""" "variables":{"a":"[concat('x'"}""", null, "")]
    public void A_bad_template_is_refused_with_its_place(string sections, string? part, string path)
    {
        if (part is null)
        {
            TestTemplates.Compile(sections); // Not closed by a bracket: a plain string.
            return;
        }

        var error = TestTemplates.Error(sections);
        Assert.Equal("InvalidTemplate", error.Code);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        var info = Assert.Single(error.AdditionalInfo ?? []);
        Assert.Equal("TemplateViolation", info.Type);
        Assert.Equal(path, (string?)info.Info?["path"]);
        Assert.True((int?)info.Info?["lineNumber"] >= 1);
    }

    [Fact]
    public void Line_and_column_count_from_the_beginning_of_the_template()
    {
        var body = TestTemplates.Object("{\n \"template\": {\n  \"$schema\": \"" + TestTemplates.Schema + "\", \"contentVersion\": \"1\",\n  \"resources\": [],\n  \"outputs\": { \"o\": { \"type\": \"string\",\n   \"value\": \"[toLower(1)]\" } } } }");
        Assert.False(TemplateCompiler.Compile((ObjectValue)(body["template"] ?? NullValue.Instance), ObjectValue.Empty, TestTemplates.Facts).Ok(out _, out var error));
        var info = error.AdditionalInfo?[0].Info;
        Assert.Equal(5, (int?)info?["lineNumber"]);
        Assert.Equal(13, (int?)info?["linePosition"]);
    }

    [Fact]
    public void The_hash_does_not_depend_on_the_layout()
        => Assert.Equal(Template.Hash(TestTemplates.Object("{\"a\": 1 /* x */ }")), Template.Hash(TestTemplates.Object("{\n\"A\":1}")));
}
