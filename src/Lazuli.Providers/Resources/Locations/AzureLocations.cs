using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Resources.Locations;

/// <summary>Azure's public regions with their names, places and pairs (https://learn.microsoft.com/azure/reliability/regions-list). All of them are this machine.</summary>
public static class AzureLocations
{
    public static LocationCatalogue Catalogue { get; } = new(
    [
        new("eastus", "East US", "(US) East US", "United States", "US", "37.3719", "-79.8164", "Virginia", "westus"),
        new("eastus2", "East US 2", "(US) East US 2", "United States", "US", "36.6681", "-78.3889", "Virginia", "centralus"),
        new("southcentralus", "South Central US", "(US) South Central US", "United States", "US", "29.4167", "-98.5", "Texas", "northcentralus"),
        new("westus2", "West US 2", "(US) West US 2", "United States", "US", "47.233", "-119.852", "Washington", "westcentralus"),
        new("westus3", "West US 3", "(US) West US 3", "United States", "US", "33.448376", "-112.074036", "Phoenix", "eastus"),
        new("australiaeast", "Australia East", "(Asia Pacific) Australia East", "Asia Pacific", "Asia Pacific", "-33.86", "151.2094", "New South Wales", "australiasoutheast"),
        new("southeastasia", "Southeast Asia", "(Asia Pacific) Southeast Asia", "Asia Pacific", "Asia Pacific", "1.283", "103.833", "Singapore", "eastasia"),
        new("northeurope", "North Europe", "(Europe) North Europe", "Europe", "Europe", "53.3478", "-6.2597", "Ireland", "westeurope"),
        new("swedencentral", "Sweden Central", "(Europe) Sweden Central", "Europe", "Europe", "60.67488", "17.14127", "Gävle", "swedensouth"),
        new("uksouth", "UK South", "(Europe) UK South", "Europe", "Europe", "50.941", "-0.799", "London", "ukwest"),
        new("westeurope", "West Europe", "(Europe) West Europe", "Europe", "Europe", "52.3667", "4.9", "Netherlands", "northeurope"),
        new("centralus", "Central US", "(US) Central US", "United States", "US", "41.5908", "-93.6208", "Iowa", "eastus2"),
        new("southafricanorth", "South Africa North", "(Africa) South Africa North", "South Africa", "Africa", "-25.73134", "28.21837", "Johannesburg", "southafricawest"),
        new("centralindia", "Central India", "(Asia Pacific) Central India", "Asia Pacific", "Asia Pacific", "18.5822", "73.9197", "Pune", "southindia"),
        new("eastasia", "East Asia", "(Asia Pacific) East Asia", "Asia Pacific", "Asia Pacific", "22.267", "114.188", "Hong Kong", "southeastasia"),
        new("japaneast", "Japan East", "(Asia Pacific) Japan East", "Asia Pacific", "Asia Pacific", "35.68", "139.77", "Tokyo, Saitama", "japanwest"),
        new("koreacentral", "Korea Central", "(Asia Pacific) Korea Central", "Asia Pacific", "Asia Pacific", "37.5665", "126.978", "Seoul", "koreasouth"),
        new("canadacentral", "Canada Central", "(Canada) Canada Central", "Canada", "Canada", "43.653", "-79.383", "Toronto", "canadaeast"),
        new("francecentral", "France Central", "(Europe) France Central", "Europe", "Europe", "46.3772", "2.373", "Paris", "francesouth"),
        new("germanywestcentral", "Germany West Central", "(Europe) Germany West Central", "Europe", "Europe", "50.110924", "8.682127", "Frankfurt", "germanynorth"),
        new("italynorth", "Italy North", "(Europe) Italy North", "Europe", "Europe", "45.46888", "9.18109", "Milan", null),
        new("norwayeast", "Norway East", "(Europe) Norway East", "Europe", "Europe", "59.913868", "10.752245", "Norway", "norwaywest"),
        new("polandcentral", "Poland Central", "(Europe) Poland Central", "Europe", "Europe", "52.23334", "21.01666", "Warsaw", null),
        new("spaincentral", "Spain Central", "(Europe) Spain Central", "Europe", "Europe", "40.4259", "-3.4209", "Madrid", null),
        new("switzerlandnorth", "Switzerland North", "(Europe) Switzerland North", "Europe", "Europe", "47.451542", "8.564572", "Zurich", "switzerlandwest"),
        new("uaenorth", "UAE North", "(Middle East) UAE North", "Middle East", "Middle East", "25.266666", "55.316666", "Dubai", "uaecentral"),
        new("brazilsouth", "Brazil South", "(South America) Brazil South", "Brazil", "South America", "-23.55", "-46.633", "Sao Paulo State", "southcentralus"),
        new("israelcentral", "Israel Central", "(Middle East) Israel Central", "Middle East", "Middle East", "31.2655698", "33.4506633", "Israel", null),
        new("qatarcentral", "Qatar Central", "(Middle East) Qatar Central", "Middle East", "Middle East", "25.551462", "51.439327", "Doha", null),
        new("northcentralus", "North Central US", "(US) North Central US", "United States", "US", "41.8819", "-87.6278", "Illinois", "southcentralus") { HasZones = false },
        new("westus", "West US", "(US) West US", "United States", "US", "37.783", "-122.417", "California", "eastus") { HasZones = false },
        new("japanwest", "Japan West", "(Asia Pacific) Japan West", "Asia Pacific", "Asia Pacific", "34.6939", "135.5022", "Osaka", "japaneast") { HasZones = false },
        new("westcentralus", "West Central US", "(US) West Central US", "United States", "US", "40.89", "-110.234", "Wyoming", "westus2") { HasZones = false },
        new("australiasoutheast", "Australia Southeast", "(Asia Pacific) Australia Southeast", "Asia Pacific", "Asia Pacific", "-37.8136", "144.9631", "Victoria", "australiaeast") { HasZones = false },
        new("southindia", "South India", "(Asia Pacific) South India", "Asia Pacific", "Asia Pacific", "12.9822", "80.1636", "Chennai", "centralindia") { HasZones = false },
        new("canadaeast", "Canada East", "(Canada) Canada East", "Canada", "Canada", "46.817", "-71.217", "Quebec", "canadacentral") { HasZones = false },
        new("ukwest", "UK West", "(Europe) UK West", "Europe", "Europe", "53.427", "-3.084", "Cardiff", "uksouth") { HasZones = false },
    ]);
}
