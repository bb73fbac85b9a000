using Lazuli.Kernel.Ids;
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
    [InlineData("""{"type":"array","prefixItems":[{"type":"int"},{"type":"bool"}],"items":false}""", "[1]", "has '1' elements, and its type has '2'")]
    [InlineData("""{"type":"array","prefixItems":[{"type":"int"},{"type":"bool"}],"items":false}""", "[1,true,2]", "more than the '2' elements")]
    [InlineData("""{"type":"array","prefixItems":[{"type":"int"}],"items":{"type":"bool"} }""", "[1,2]", "Expected 'Boolean'. Actual 'Integer'")]
    [InlineData("""{"$ref":"#/definitions/tuple/prefixItems/1"}""", "1", "Expected 'Boolean'. Actual 'Integer'")]
    [InlineData("""{"$ref":"#/definitions/nothing"}""", "1", "The type reference '#/definitions/nothing' is not valid")]
    [InlineData("""{"$ref":"#/definitions/loop"}""", "1", "The type reference '#/definitions/loop' is not valid")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"int"} }""", """{"x":"y"}""", "Expected 'Integer'. Actual 'String'")]
    [InlineData("""{"type":"string","allowedValues":["a"]}""", "\"b\"", "The provided value 'b' for the template parameter 'p' at line '1' and column")]
    [InlineData("""{"type":"securestring","minLength":5}""", "\"hush\"", "The provided value for the template parameter 'p'")]
    public void Definitions_hold(string type, string value, string part)
    {
        const string Definitions = """ "definitions":{"tuple":{"type":"array","prefixItems":[{"type":"int"},{"type":"bool"}]},"loop":{"$ref":"#/definitions/loop"} }""";
        var text = TestTemplates.Describe(TestTemplates.Error($$""" "languageVersion":"2.0",{{Definitions}},"parameters":{"p":{{type}} }""", $$"""{"p":{"value":{{value}} } }"""));
        Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_are_known_by_the_ids_that_functions_make_of_them()
    {
        var facts = TestTemplates.Facts with { Scope = ResourceId.Subscription(TestTemplates.Subscription), ResourceGroup = null };
        var template = TestTemplates.Template(""" "resources":[{"type":"Microsoft.Resources/resourceGroups","apiVersion":"2021-04-01","name":"g","location":"eastus"},{"type":"Microsoft.Resources/deployments","apiVersion":"2021-04-01","name":"d","resourceGroup":"g","dependsOn":["[subscriptionResourceId('Microsoft.Resources/resourceGroups', 'g')]"],"properties":{"mode":"Incremental","template":{} } }]""");
        Assert.True(TemplateCompiler.Compile(template, ObjectValue.Empty, facts).Ok(out var plan, out var error), error?.ToString());
        Assert.Equal([0], plan.Resources[1].DependsOn);
    }

    [Fact]
    public void An_api_profile_gives_the_versions_that_resources_leave_out()
        => Assert.Equal("2024-05-01", TestTemplates.Compile(""" "apiProfile":"latest","resources":[{"type":"Microsoft.Network/virtualNetworks","name":"v"}]""").Resources[0].ApiVersion);

    [Theory]
    [InlineData("parameters", 256, "{\"type\":\"int\",\"defaultValue\":1}")]
    [InlineData("variables", 512, "1")]
    [InlineData("outputs", 64, "{\"type\":\"int\",\"value\":1}")]
    public void There_are_as_many_as_Azure_allows(string section, int most, string one)
    {
        string Sections(int count) => $"\"{section}\":{{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"n{i}\":{one}"))}}}";
        TestTemplates.Compile(Sections(most));
        Assert.Contains($"Limit: '{most}' and actual: '{most + 1}'", TestTemplates.Error(Sections(most + 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Templates_resources_and_expressions_may_be_as_large_as_Azure_allows()
    {
        static string Text(int length) => new('x', length);
        TestTemplates.Compile($"\"variables\":{{\"v\":\"[concat('{Text(24_000)}')]\"}}");
        Assert.Contains("Limit: '24576'", TestTemplates.Error($"\"variables\":{{\"v\":\"[concat('{Text(25_000)}')]\"}}").Message, StringComparison.Ordinal);
        Assert.Contains("template size limit exceeded", TestTemplates.Error($"\"variables\":{{\"v\":\"{Text(4 * 1024 * 1024)}\"}}").Message, StringComparison.Ordinal);
        Assert.Contains("resource definition size limit exceeded", TestTemplates.Error($$""" "resources":[{§V,"name":"v","properties":{"x":"{{Text(1024 * 1024)}}"} }]""").Message, StringComparison.Ordinal);
        Assert.Contains("Limit: '800'", TestTemplates.Error(""" "resources":[{§V,"name":"[format('a{0}', copyIndex())]","copy":{"name":"c","count":800} },{§V,"name":"b"}]""").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""" "imports":{"k8s":{"provider":"Kubernetes"} }""", "The template section 'imports' is not supported")]
    [InlineData(""" "extensions":{"k8s":{"name":"Kubernetes"} }""", "The template section 'extensions' is not supported")]
    [InlineData(""" "asserts":{"a":true}""", "The template section 'asserts' is not supported")]
    [InlineData(""" "languageVersion":"7.0" """, "language version '7.0' is not recognized")]
    [InlineData(""" "resources":[{§V,"name":"v","@options":{"onlyIfNotExists":true} }]""", "its '@options' are not supported")]
    [InlineData(""" "resources":[{§V,"name":"v","copy":{"name":"c","count":1,"mode":"sideways"} }]""", "must be 'parallel' or 'serial'")]
    [InlineData(""" "resources":[{§V,"name":"v","copy":{"name":"c","count":1,"mode":"serial","batchSize":0} }]""", "batchSize of the copy loop must be a positive integer")]
    [InlineData(""" "variables":{"unused":"[div(1, 0)]"}""", "The template variable 'unused' is not valid: Unable to evaluate template language function 'div'")]
    [InlineData(""" "parameters":{"p":{"type":"int","defaultValue":"[div(1, 0)]"} }""", "The template parameter 'p' is not valid: Unable to evaluate")]
    [InlineData(""" "resources":[{§V,"name":"v","properties":{"x":"[div(1, 0)]"} }]""", "The template resource 'v' at line '1' and column")]
    [InlineData(""" "resources":[{§V,"name":"v","properties":{"x":"[reference('nobody').x]"} }]""", "The template reference 'nobody' is not valid: could not find template resource or resource copy with this name")]
    [InlineData(""" "variables":{"v":"[concat('x')"},"outputs":{"o":{"type":"string","value":"[concat('x'"},"p":{"type":"string","value":"[concat('x', ]"} }""", "Unable to parse language expression 'concat('x', ': expected token")]
    public void What_is_not_supported_or_wrong_is_said_in_Azures_words(string sections, string part)
    {
        var error = TestTemplates.Error(sections);
        Assert.Equal("InvalidTemplate", error.Code);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Functions_call_functions_in_version_2_only()
    {
        const string Functions = """ "functions":[{"namespace":"c","members":{"a":{"parameters":[],"output":{"type":"int","value":1} },"b":{"parameters":[],"output":{"type":"int","value":"[c.a()]"} } } }],"outputs":{"o":{"type":"int","value":"[c.b()]"} }""";
        Assert.Contains("a user-defined function can't call another", TestTemplates.Error(Functions).Message, StringComparison.Ordinal);
        TestTemplates.Compile("\"languageVersion\":\"2.0\"," + Functions);
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
