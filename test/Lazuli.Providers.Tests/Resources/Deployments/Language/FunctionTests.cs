namespace Lazuli.Providers.Tests.Resources.Deployments.Language;

/// <summary>What each function gives for the inputs of its documentation.</summary>
public sealed class FunctionTests
{
    [Theory]
    // strings
    [InlineData("concat('prefix', '-', 'x', 1)", "\"prefix-x1\"")]
    [InlineData("concat(createArray('1-1'), createArray('2-1', '2-2'))", """["1-1","2-1","2-2"]""")]
    [InlineData("base64('one, two, three')", "\"b25lLCB0d28sIHRocmVl\"")]
    [InlineData("base64ToString('b25lLCB0d28sIHRocmVl')", "\"one, two, three\"")]
    [InlineData("base64ToJson('eydvbmUnOiAnYSd9')", null)]
    [InlineData("base64ToJson(base64('{\"one\": \"a\", \"two\": 2}'))", """{"one":"a","two":2}""")]
    [InlineData("contains('OneTwoThree', 'e')", "true")]
    [InlineData("contains('OneTwoThree', 'z')", "false")]
    [InlineData("contains(createObject('One', 1), 'one')", "true")]
    [InlineData("contains(createArray('one', 'two'), 'two')", "true")]
    [InlineData("dataUri('Hello')", "\"data:text/plain;charset=utf8;base64,SGVsbG8=\"")]
    [InlineData("dataUriToString('data:;base64,SGVsbG8sIFdvcmxkIQ==')", "\"Hello, World!\"")]
    [InlineData("empty('')", "true")]
    [InlineData("empty(createArray())", "true")]
    [InlineData("empty(createObject('a', 1))", "false")]
    [InlineData("endsWith('abcdef', 'EF')", "true")]
    [InlineData("startsWith('abcdef', 'AB')", "true")]
    [InlineData("startsWith('abcdef', 'b')", "false")]
    [InlineData("first('One Two Three')", "\"O\"")]
    [InlineData("last('One Two Three')", "\"e\"")]
    [InlineData("format('{0}, {1}. Formatted number: {2:N0}', 'Hello', 'User', 8175133)", "\"Hello, User. Formatted number: 8,175,133\"")]
    [InlineData("format('[{0,5}|{0,-5}|{1:D3}]', 'ab', 7)", "\"[   ab|ab   |007]\"")]
    [InlineData("format('{0}', true())", "\"True\"")]
    [InlineData("indexOf('test', 't')", "0")]
    [InlineData("lastIndexOf('test', 't')", "3")]
    [InlineData("indexOf('abcdef', 'CD')", "2")]
    [InlineData("indexOf('abcdef', 'z')", "-1")]
    [InlineData("join(createArray('a', 'b'), ',')", "\"a,b\"")]
    [InlineData("length('One Two Three')", "13")]
    [InlineData("padLeft('123', 10, '0')", "\"0000000123\"")]
    [InlineData("padLeft(7, 3, '0')", "\"007\"")]
    [InlineData("replace('123-123-1234', '-', '')", "\"1231231234\"")]
    [InlineData("skip('one two three', 4)", "\"two three\"")]
    [InlineData("take('one two three', 2)", "\"on\"")]
    [InlineData("split('one,two,three', ',')", """["one","two","three"]""")]
    [InlineData("split('one;two,three', createArray(',', ';'))", """["one","two","three"]""")]
    [InlineData("string(createArray('a', 2))", "\"[\\\"a\\\",2]\"")]
    [InlineData("string(5)", "\"5\"")]
    [InlineData("substring('one two three', 4, 3)", "\"two\"")]
    [InlineData("toLower('One')", "\"one\"")]
    [InlineData("toUpper('One')", "\"ONE\"")]
    [InlineData("trim('    one two three   ')", "\"one two three\"")]
    [InlineData("uri('http://contoso.com/resources/', 'nested/azuredeploy.json')", "\"http://contoso.com/resources/nested/azuredeploy.json\"")]
    [InlineData("uri('https://contoso.org/firstpath', 'myscript.sh')", "\"https://contoso.org/myscript.sh\"")]
    [InlineData("uriComponent('http://contoso.com/resources/nested/azuredeploy.json')", "\"http%3A%2F%2Fcontoso.com%2Fresources%2Fnested%2Fazuredeploy.json\"")]
    [InlineData("uriComponentToString('http%3A%2F%2Fcontoso.com')", "\"http://contoso.com\"")]
    [InlineData("json('{\"a\": \"b\"}').a", "\"b\"")]
    [InlineData("json('null')", "null")]
    [InlineData("'it''s'", "\"it's\"")]
    // arrays
    [InlineData("array('a')", """["a"]""")]
    [InlineData("array(createArray(1))", "[1]")]
    [InlineData("first(createArray('one', 'two'))", "\"one\"")]
    [InlineData("last(createArray('one', 'two'))", "\"two\"")]
    [InlineData("intersection(createArray('one', 'two', 'three'), createArray('two', 'three'))", """["two","three"]""")]
    [InlineData("intersection(createObject('one', 'a', 'two', 'b', 'three', 'c'), createObject('one', 'a', 'two', 'z', 'three', 'c'))", """{"one":"a","three":"c"}""")]
    [InlineData("union(createArray('one', 'two', 'three'), createArray('three', 'four'))", """["one","two","three","four"]""")]
    [InlineData("union(createObject('one', 'a', 'two', createObject('x', 1)), createObject('three', 'c', 'two', createObject('y', 2)))", """{"one":"a","two":{"x":1,"y":2},"three":"c"}""")]
    [InlineData("max(0, 3, 2, 5, 4)", "5")]
    [InlineData("min(createArray(0, 3, -2))", "-2")]
    [InlineData("range(5, 3)", "[5,6,7]")]
    [InlineData("skip(createArray('one', 'two', 'three'), 2)", """["three"]""")]
    [InlineData("take(createArray('one', 'two', 'three'), 2)", """["one","two"]""")]
    [InlineData("indexOf(createArray('one', 'two', 'three'), 'two')", "1")]
    [InlineData("lastIndexOf(createArray('a', 'b', 'a'), 'a')", "2")]
    [InlineData("length(createArray('one', 'two', 'three'))", "3")]
    [InlineData("createArray(1, 2, 3)[1]", "2")]
    [InlineData("tryGet(createObject('a', createObject('b', 5)), 'a', 'b')", "5")]
    [InlineData("tryGet(createObject('a', 1), 'x', 'y')", "null")]
    [InlineData("tryGet(createArray(1), 7)", "null")]
    [InlineData("indexFromEnd(createArray('a', 'b', 'c'), 1)", "\"c\"")]
    [InlineData("tryIndexFromEnd(createArray('a'), 2)", "null")]
    [InlineData("flatten(createArray(createArray(1, 2), createArray(3)))", "[1,2,3]")]
    // objects
    [InlineData("createObject('intProp', 1, 'boolProp', true(), 'nullProp', null())", """{"intProp":1,"boolProp":true,"nullProp":null}""")]
    [InlineData("items(createObject('b', 2, 'a', 1))", """[{"key":"a","value":1},{"key":"b","value":2}]""")]
    [InlineData("objectKeys(createObject('a', 1, 'b', 2))", """["a","b"]""")]
    [InlineData("shallowMerge(createArray(createObject('one', createObject('a', 1)), createObject('one', createObject('b', 2))))", """{"one":{"b":2}}""")]
    [InlineData("createObject('A', 1).a", "1")]
    [InlineData("createObject('A', 1)['a']", "1")]
    // numbers
    [InlineData("add(5, 3)", "8")]
    [InlineData("sub(7, 3)", "4")]
    [InlineData("mul(5, 3)", "15")]
    [InlineData("div(8, 3)", "2")]
    [InlineData("mod(7, 3)", "1")]
    [InlineData("int('4')", "4")]
    [InlineData("float('3')", "3.0")]
    [InlineData("float('3.25')", "3.25")]
    [InlineData("-3", "-3")]
    // logic and comparison
    [InlineData("and(bool('true'), bool('false'))", "false")]
    [InlineData("or(bool(1), bool(0))", "true")]
    [InlineData("not(equals(1, 2))", "true")]
    [InlineData("if(equals('a', 'a'), 'yes', 'no')", "\"yes\"")]
    [InlineData("if(true(), 1, div(1, 0))", "1")]
    [InlineData("coalesce(null(), null(), 'string')", "\"string\"")]
    [InlineData("equals(createArray('a', 'b'), createArray('a', 'b'))", "true")]
    [InlineData("equals(createObject('a', 1, 'b', 2), createObject('b', 2, 'a', 1))", "true")]
    [InlineData("equals('a', 'A')", "false")]
    [InlineData("less(1, 2)", "true")]
    [InlineData("lessOrEquals(2, 2)", "true")]
    [InlineData("greater('A', 'a')", "true")]
    [InlineData("greaterOrEquals('b', 'a')", "true")]
    // dates
    [InlineData("dateTimeAdd('2020-04-07T14:53:14Z', 'P3Y')", "\"2023-04-07T14:53:14Z\"")]
    [InlineData("dateTimeAdd('2020-04-07 14:53:14Z', '-P9D')", "\"2020-03-29 14:53:14Z\"")]
    [InlineData("dateTimeAdd('20200407T145314Z', 'PT1H', 'HH:mm')", "\"15:53\"")]
    [InlineData("dateTimeFromEpoch(1683040573)", "\"2023-05-02T15:16:13Z\"")]
    [InlineData("dateTimeToEpoch('2023-05-02T15:16:13Z')", "1683040573")]
    // lambdas
    [InlineData("map(createArray('a', 'b'), lambda('x', toUpper(lambdaVariables('x'))))", """["A","B"]""")]
    [InlineData("map(range(0, 2), lambda('x', 'i', add(lambdaVariables('x'), lambdaVariables('i'))))", "[0,2]")]
    [InlineData("filter(range(0, 5), lambda('x', greater(lambdaVariables('x'), 2)))", "[3,4]")]
    [InlineData("reduce(createArray(5, 3, 2), 0, lambda('cur', 'next', add(lambdaVariables('cur'), lambdaVariables('next'))))", "10")]
    [InlineData("sort(createArray(3, 1, 2), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))", "[1,2,3]")]
    [InlineData("toObject(createArray('x', 'y'), lambda('e', lambdaVariables('e')), lambda('e', length(lambdaVariables('e'))))", """{"x":1,"y":1}""")]
    [InlineData("groupBy(createArray('foo', 'bar', 'baz'), lambda('x', substring(lambdaVariables('x'), 0, 1)))", """{"f":["foo"],"b":["bar","baz"]}""")]
    [InlineData("mapValues(createObject('a', 1), lambda('v', mul(lambdaVariables('v'), 10)))", """{"a":10}""")]
    // CIDR
    [InlineData("parseCidr('10.144.0.0/20')", """{"network":"10.144.0.0","netmask":"255.255.240.0","broadcast":"10.144.15.255","firstUsable":"10.144.0.1","lastUsable":"10.144.15.254","cidr":20}""")]
    [InlineData("parseCidr('fdad:3236:5555::/48')", """{"network":"fdad:3236:5555::","netmask":"ffff:ffff:ffff::","firstUsable":"fdad:3236:5555::","lastUsable":"fdad:3236:5555:ffff:ffff:ffff:ffff:ffff","cidr":48}""")]
    [InlineData("cidrSubnet('10.144.0.0/20', 24, 5)", "\"10.144.5.0/24\"")]
    [InlineData("cidrSubnet('fdad:3236:5555::/48', 52, 1)", "\"fdad:3236:5555:1000::/52\"")]
    [InlineData("cidrHost('10.144.3.0/24', 0)", "\"10.144.3.1\"")]
    [InlineData("cidrHost('10.144.3.0/24', 4)", "\"10.144.3.5\"")]
    // scope
    [InlineData("resourceGroup().location", "\"eastus\"")]
    [InlineData("subscription().subscriptionId", "\"00000000-1111-2222-3333-444444444444\"")]
    [InlineData("deployment().name", "\"main\"")]
    [InlineData("environment().suffixes.storage", "\"core.lazuli.test\"")]
    [InlineData("tenant().tenantId", "\"t1\"")]
    [InlineData("deployer().objectId", "\"o1\"")]
    [InlineData("providers('Microsoft.Network', 'virtualNetworks').apiVersions[0]", "\"2024-05-01\"")]
    [InlineData("pickZones('Microsoft.Compute', 'virtualMachines', 'eastus')", """["1"]""")]
    [InlineData("pickZones('Microsoft.Compute', 'virtualMachines', 'eastus', 2, 1)", """["2","3"]""")]
    [InlineData("pickZones('Microsoft.Compute', 'virtualMachines', 'nowhere')", "[]")]
    [InlineData("resourceId('Microsoft.Network/virtualNetworks/subnets', 'v', 's')", "\"/subscriptions/00000000-1111-2222-3333-444444444444/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/v/subnets/s\"")]
    [InlineData("resourceId('other', 'Microsoft.Network/virtualNetworks', 'v')", "\"/subscriptions/00000000-1111-2222-3333-444444444444/resourceGroups/other/providers/Microsoft.Network/virtualNetworks/v\"")]
    [InlineData("resourceId('sub2', 'other', 'Microsoft.Network/virtualNetworks', 'v')", "\"/subscriptions/sub2/resourceGroups/other/providers/Microsoft.Network/virtualNetworks/v\"")]
    [InlineData("resourceId('Microsoft.Network/virtualNetworks/', 7)", "\"/subscriptions/00000000-1111-2222-3333-444444444444/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/7\"")]
    [InlineData("subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'r')", "\"/subscriptions/00000000-1111-2222-3333-444444444444/providers/Microsoft.Authorization/roleDefinitions/r\"")]
    [InlineData("tenantResourceId('Microsoft.Authorization/policyDefinitions', 'p')", "\"/providers/Microsoft.Authorization/policyDefinitions/p\"")]
    [InlineData("managementGroupResourceId('mg', 'Microsoft.Authorization/policyDefinitions', 'p')", "\"/providers/Microsoft.Management/managementGroups/mg/providers/Microsoft.Authorization/policyDefinitions/p\"")]
    [InlineData("extensionResourceId('/subscriptions/s/resourceGroups/g', 'Microsoft.Authorization/locks', 'l')", "\"/subscriptions/s/resourceGroups/g/providers/Microsoft.Authorization/locks/l\"")]
    public void A_function_gives_what_is_documented(string expression, string? expected)
    {
        if (expected is null)
        {
            Assert.NotEmpty(TestTemplates.Fault(expression));
        }
        else
        {
            Assert.Equal(expected, TestTemplates.Evaluate(expression));
        }
    }

    [Theory]
    [InlineData("uniqueString('tyeth')", "zcztcwvu6iyg6")]
    [InlineData("uniqueString('hello', 'world')", "a7wkljktk6wne")]
    [InlineData("uniqueString('/subscriptions/3c7f956b-55ee-4686-9d30-da1eb631dc59/resourceGroups/rg-devopsshieldek010dev')", "fd63l2gacbtca")]
    [InlineData("uniqueString('test')", "rbgf3xv4ufgzg")]
    [InlineData("uniqueString('abc')", "cgtzqvhu4i23s")]
    [InlineData("uniqueString('foo', 'bar', 'baz')", "xzi4ioaxtmth4")]
    [InlineData("uniqueString('/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/my-rg')", "bmg7c6xu4tw46")]
    public void UniqueString_gives_values_that_Azure_gave(string expression, string expected)
        => Assert.Equal($"\"{expected}\"", TestTemplates.Evaluate(expression));

    [Fact]
    public void Guid_is_a_version_5_identifier_of_the_arguments_joined_by_hyphens_in_the_namespace_of_Azure()
    {
        // Computed with another implementation of RFC 9562.
        Assert.Equal("\"3703365d-5a9f-59b4-bca7-b9681389e4c1\"", TestTemplates.Evaluate("guid('a')"));
        Assert.Equal("\"2d796349-8c7e-55ec-9624-54ece82ed031\"", TestTemplates.Evaluate("guid('a', 'b')"));
        Assert.Equal(TestTemplates.Evaluate("guid('a-b')"), TestTemplates.Evaluate("guid('a', 'b')"));
    }

    [Theory]
    [InlineData("div(1, 0)", "'div'")]
    [InlineData("mod(1, 0)", "'mod'")]
    [InlineData("add(9223372036854775807, 1)", "64-bit")]
    [InlineData("createArray(1)[3]", "array index '3' is out of bounds")]
    [InlineData("createObject('a', 1).b", "property 'b' doesn't exist, available properties are 'a'")]
    [InlineData("substring('abc', 2, 5)", "within the string")]
    [InlineData("int('x')", "can't be converted")]
    [InlineData("bool('x')", "can't be converted")]
    [InlineData("json('{')", "not valid JSON")]
    [InlineData("if('x', 1, 2)", "expected is a boolean")]
    [InlineData("length(5)", "an array, an object or a string")]
    [InlineData("nothing('x')", "The template function 'nothing' is not valid")]
    [InlineData("my.own('x')", "The template function 'my.own' is not valid")]
    [InlineData("concat('a', createArray())", "'concat'")]
    [InlineData("toLower()", "requires 1 parameter while '0'")]
    [InlineData("parameters('x')", "The template parameter 'x' is not found")]
    [InlineData("variables('x')", "The template variable 'x' is not found")]
    [InlineData("utcNow()", "'utcNow' is not expected at this location")]
    [InlineData("newGuid()", "'newGuid' is not expected at this location")]
    [InlineData("copyIndex()", "'copyIndex' is not expected at this location")]
    [InlineData("reference('x')", "'reference' is not expected at this location")]
    [InlineData("listKeys('x', '2024-01-01')", "'listKeys' is not expected at this location")]
    [InlineData("lambdaVariables('x')", "no lambda variable 'x'")]
    [InlineData("resourceId('Microsoft.Network/virtualNetworks/subnets', 'v')", "requires '2' resource name argument(s), and '1' were provided")]
    [InlineData("resourceId('a', 'b')", "fully qualified resource type")]
    [InlineData("range(0, 10001)", "10000")]
    [InlineData("cidrSubnet('10.0.0.0/24', 25, 2)", "no subnet '2'")]
    [InlineData("parseCidr('10.0.0/33')", "CIDR")]
    [InlineData("format('{0', 'a')", "format string")]
    [InlineData("format('{0,99999999}', 'a')", "four digits")]
    [InlineData("fail('because')", "because")]
    [InlineData("managementGroup()", "not available at the scope")]
    [InlineData("toLower('a'", "expected token 'RightParenthesis' and actual 'EndOfData'")]
    [InlineData("toLower", "expected token 'LeftParenthesis' and actual 'EndOfData'")]
    [InlineData("'abc", "not terminated")]
    public void A_misused_function_says_what_is_wrong(string expression, string part)
        => Assert.Contains(part, TestTemplates.Fault(expression), StringComparison.Ordinal);

    [Fact]
    public void A_template_cannot_hold_the_processor()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.Contains("more evaluation steps", TestTemplates.Fault(
            "map(range(0, 10000), lambda('a', map(range(0, 10000), lambda('b', map(range(0, 10000), lambda('c', lambdaVariables('a')))))))"), StringComparison.Ordinal);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20));
    }
}
