using Lazuli.Providers.ResourceGraph.Kql;

namespace Lazuli.Providers.Tests.ResourceGraph.Kql;

/// <summary>What each step of a query does to its rows, as Kusto's reference documents it.</summary>
public sealed class OperatorTests
{
    [Theory]
    [InlineData("Vms | where location == 'eastus' | project name", "web; spare")]
    [InlineData("where cores > 1 | project name", "web; db")]
    [InlineData("Vms | where cores != 2 | project name", "db; spare")]
    [InlineData("Vms | project name, size = properties.size | where size == 'D8'", "db|D8")]
    [InlineData("Vms | project-away properties, cores | where name == 'db'", "db|westeurope")]
    [InlineData("Vms | project-away c*, *erties | take 1", "web|eastus")]
    [InlineData("Vms | project-keep na*, cores | take 1", "web|2")]
    [InlineData("Vms | project-keep name, cores | project-rename n = name | project-reorder cores, n | take 1", "2|web")]
    [InlineData("Vms | extend cores = cores * 2, big = cores > 4 | project name, cores, big", "web|4|false; db|16|true; spare|~|~")]
    [InlineData("Vms | count", "3")]
    [InlineData("Vms | limit 2 | count", "2")]
    [InlineData("Vms | distinct location", "eastus; westeurope")]
    [InlineData("Vms | sort by name asc | project name", "db; spare; web")]
    [InlineData("Vms | sort by cores | project name", "db; web; spare")]
    [InlineData("Vms | order by cores asc | project name", "spare; web; db")]
    [InlineData("Vms | order by cores asc nulls last | project name", "web; db; spare")]
    [InlineData("Vms | order by location asc, name desc | project name", "web; spare; db")]
    [InlineData("Vms | top 1 by cores | project name", "db")]
    [InlineData("Vms | summarize count() by location", "eastus|2; westeurope|1")]
    [InlineData("Vms | summarize count() by tostring(properties.os.type)", "Linux|2; Windows|1")]
    [InlineData("Vms | summarize total = sum(cores), avg(cores), min(cores), max(cores)", "10|5|2|8")]
    [InlineData("Vms | where false | summarize count(), sum(cores), avg(cores), make_list(name)", "0|0|~|[]")]
    [InlineData("Vms | where false | summarize count() by location", "")]
    [InlineData("Vms | summarize countif(cores > 4), sumif(cores, location == 'eastus'), dcount(location)", "1|2|2")]
    [InlineData("Vms | summarize make_list(name), make_set(location), make_list(cores, 1)", "[\"web\",\"db\",\"spare\"]|[\"eastus\",\"westeurope\"]|[2]")]
    [InlineData("Vms | summarize make_set_if(name, cores > 0)", "[\"web\",\"db\"]")]
    [InlineData("Vms | summarize make_bag(bag_pack(name, cores))", "{\"web\":2,\"db\":8,\"spare\":null}")]
    [InlineData("Vms | summarize arg_max(cores, name) by location", "eastus|2|web; westeurope|8|db")]
    [InlineData("Vms | summarize arg_min(cores, *) | project name, cores", "web|2")]
    [InlineData("Vms | summarize (most, who) = arg_max(cores, name)", "8|db")]
    [InlineData("Vms | summarize take_any(name) by location", "eastus|web; westeurope|db")]
    [InlineData("Vms | summarize percentile(cores, 50), round(stdev(cores), 3)", "2|4.243")]
    [InlineData("Vms | summarize share = 100.0 * countif(cores > 0) / count() by location", "eastus|50; westeurope|100")]
    [InlineData("Vms | summarize n = count() by b = bin(cores, 5)", "0|1; 5|1; ~|1")]
    [InlineData("Vms | summarize by location", "eastus; westeurope")]
    [InlineData("Vms | mv-expand disk = properties.disks to typeof(string) | project name, disk", "web|d1; web|d2; db|d3")]
    [InlineData("Vms | mv-expand with_itemindex=i d = properties.disks limit 1 | project i, d", "0|d1; 0|d3")]
    [InlineData("Vms | take 1 | mv-expand properties.os | project properties_os", "{\"type\":\"Linux\"}")]
    [InlineData("Vms | take 1 | mv-expand kind=array o = properties.os | project o", "[\"type\",\"Linux\"]")]
    [InlineData("Vms | take 1 | mv-expand m = properties.missing | project name, m", "web|~")]
    [InlineData("Vms | take 1 | mv-expand a = dynamic([1,2]), b = dynamic(['x']) | project a, b", "1|x; 2|~")]
    [InlineData("Vms | project name, location | mv-expand x = dynamic(['1', 2]) to typeof(long) | take 2 | project x", "~; 2")]
    [InlineData("One | project line = 'id=12 name=web rest of it' | parse line with 'id=' id:long ' name=' name ' ' tail | project id, name, tail", "12|web|rest of it")]
    [InlineData("One | project line = 'x/subs/abc/rg/def' | parse line with * '/subs/' sub '/rg/' rg | project sub, rg", "abc|def")]
    [InlineData("One | project line = 'a=x' | parse line with 'a=' a:long | project line, a", "a=x|~")]
    [InlineData("One | project line = 'a=1;b=x' | parse kind=relaxed line with 'a=' a:string ';b=' b:datetime | project a, b", "1|~")]
    [InlineData("One | project line = 'k  = 5' | parse kind=regex line with 'k\\\\s+= ' k:int | project k", "5")]
    [InlineData("Vms | mv-expand disk = properties.disks to typeof(string) | join kind=inner (Disks) on $left.disk == $right.name | project name, disk, gb, name1", "web|d1|30|d1; web|d2|64|d2")]
    [InlineData("Vms | mv-expand disk = properties.disks to typeof(string) | join kind=leftouter (Disks | project disk = name, gb) on disk | project name, gb", "web|30; web|64; db|~")]
    [InlineData("Vms | mv-expand d = properties.disks to typeof(string) | join kind=rightouter Disks on $right.name == $left.d | project name, name1, gb", "web|d1|30; web|d2|64; |d9|128")]
    [InlineData("Vms | mv-expand d = properties.disks to typeof(string) | join kind=fullouter Disks on $left.d == $right.name | project name, name1", "web|d1; web|d2; db|; |d9")]
    [InlineData("Vms | mv-expand d = properties.disks to typeof(string) | join kind=leftanti Disks on $left.d == $right.name | project name, d", "db|d3")]
    [InlineData("Vms | mv-expand d = properties.disks to typeof(string) | join kind=rightanti Disks on $left.d == $right.name", "d9|128")]
    [InlineData("Vms | mv-expand d = properties.disks to typeof(string) | join kind=leftsemi Disks on $left.d == $right.name | project d", "d1; d2")]
    [InlineData("Vms | mv-expand d = properties.disks to typeof(string) | join kind=rightsemi Disks on $left.d == $right.name | project name", "d1; d2")]
    [InlineData("Vms | project location | join (Vms | project location, name) on location | project location, name", "eastus|web; eastus|spare; westeurope|db")]
    [InlineData("Vms | project name, location | join kind=inner (Vms | project name, location) on name, location | count", "3")]
    [InlineData("Vms | project name | union (Disks | project name, gb)", "web|~; db|~; spare|~; d1|30; d2|64; d9|128")]
    [InlineData("union kind=inner withsource=t Vms, Disks | summarize count() by t", "Vms|3; Disks|3")]
    [InlineData("let least = 4; Vms | where cores > least | project name", "db")]
    [InlineData("let big = Vms | where cores > 4; big | project name", "db")]
    [InlineData("let twice = (x: long) { x * 2 }; Vms | take 2 | project twice(cores)", "4; 16")]
    [InlineData("let at = (where_: string, least: long = 0) { Vms | where location == where_ and cores > least | project name }; at('eastus')", "web")]
    [InlineData("Vms | where name in (Disks | project 'web') | project name", "web")]
    [InlineData("Vms | where cores == toscalar(Vms | summarize max(cores)) | project name", "db")]
    [InlineData("Vms // a comment\n| where name == 'db' // another\n| project name", "db")]
    [InlineData("Vms | project ['the name'] = name | take 1 | project ['the name']", "web")]
    [InlineData("Vms | project-keep name, cores | take 1 | project p = pack_all()", "{\"name\":\"web\",\"cores\":2}")]
    public void It_gives(string query, string expected) => Assert.Equal(expected, Tables.Ask(query));

    [Theory]
    [InlineData("Vms | project properties.os.type, properties.disks[0], tolower(name), name", "properties_os_type:dynamic, properties_disks_0:dynamic, Column1:string, name:string")]
    [InlineData("Vms | summarize count(), sum(cores), dcount(name), make_list(name) by tostring(properties.size)", "properties_size:string, count_:long, sum_cores:long, dcount_name:long, list_name:dynamic")]
    [InlineData("Vms | summarize arg_max(cores, *) by location", "location:string, cores:long, name:string, properties:dynamic")]
    [InlineData("Vms | extend x = cores / 2.0, y = cores > 1, z = now() - 1d", "name:string, location:string, cores:long, properties:dynamic, x:real, y:bool, z:datetime")]
    [InlineData("Vms | join kind=inner (Disks) on name", "name:string, location:string, cores:long, properties:dynamic, name1:string, gb:long")]
    [InlineData("Vms | count", "Count:long")]
    public void Columns_are_named_and_typed(string query, string expected) => Assert.Equal(expected, Tables.Columns(query));

    [Theory]
    [InlineData("Nothing | take 1", "SemanticError", "Failed to resolve table")]
    [InlineData("Vms | summarize count() by properties.size", "SemanticError", "'dynamic' type")]
    [InlineData("Vms | where cores", "SemanticError", "type bool")]
    [InlineData("Vms | mv-expand name", "SemanticError", "must be of type dynamic")]
    [InlineData("Vms | join kind=inner (Disks) on gb", "SemanticError", "named 'gb'")]
    [InlineData("Vms | join kind=inner (Disks) on $left.cores > $right.gb", "SemanticError", "a condition is")]
    [InlineData("Vms | project a = 1, a = 2", "SemanticError", "more than once")]
    [InlineData("Vms | project-away nothing", "SemanticError", "named 'nothing'")]
    [InlineData("Vms | evaluate bag_unpack(properties)", "InvalidQueryLanguage", "'evaluate'")]
    [InlineData("Vms | render piechart", "InvalidQueryLanguage", "'render'")]
    [InlineData("Vms | mv-expand properties.disks limit 2001", "QueryLimitExceeded", "from 1 to 2000")]
    [InlineData("Vms | join Vms on name | join Vms on name | join Vms on name | join Vms on name", "QueryLimitExceeded", "at most 3 joins")]
    [InlineData("Vms | nonsense", "ParserFailure", "ParserFailure")]
    [InlineData("Vms | where", "ParserFailure", "ParserFailure")]
    [InlineData("Vms | where name == 'x", "ParserFailure", "ParserFailure")]
    [InlineData("", "ParserFailure", "ParserFailure")]
    public void It_is_refused(string query, string code, string because)
    {
        var fault = Assert.Throws<KqlFault>(() => Tables.Rows(query));
        Assert.Equal(code, fault.Code);
        Assert.Contains(because, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_says_where_it_is()
    {
        const string Query = "Vms\n| where name = 'x'";
        var fault = Assert.Throws<KqlFault>(() => Tables.Rows(Query));
        Assert.Equal("=", fault.Token);
        Assert.Equal((2, 13), KqlFault.Place(Query, fault.At));
    }
}
