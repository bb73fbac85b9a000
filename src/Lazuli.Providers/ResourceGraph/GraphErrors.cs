using System.Globalization;
using Lazuli.Kernel.Http;
using Lazuli.Providers.ResourceGraph.Kql;

namespace Lazuli.Providers.ResourceGraph;

/// <summary>Errors as Resource Graph writes them: what is wrong stands in the details, with a place in the query.</summary>
internal static class GraphErrors
{
    private const string InvalidQuery = "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying.";

    public static ArmResponse Of(KqlFault fault, string query, ArmRequest request, DateTimeOffset now)
        => Error("BadRequest", 400, request, now, [new("InvalidQuery", InvalidQuery), new(fault.Code, fault.Message) { Fault = fault, Query = query }]);

    public static ArmResponse AccessDenied(ArmRequest request, DateTimeOffset now)
        => Error("AccessDenied", 403, request, now, [new("AccessDenied", "Access is denied to the requested resource. The user might not have enough permission.")]);

    public static ArmResponse InvalidSkipToken(ArmRequest request, DateTimeOffset now)
        => Error("BadRequest", 400, request, now, [new("InvalidSkipToken", "The value of $skipToken is not one that this query's answer gave.")]);

    public static ArmResponse TooLarge(long bytes, long most, ArmRequest request, DateTimeOffset now)
        => Error("BadRequest", 400, request, now, [new(
            "ResponsePayloadTooLarge",
            string.Create(CultureInfo.InvariantCulture, $"Response payload size is {bytes}, and has exceeded the limit of {most}. Please consider querying less data at a time and make paginated calls if needed."))]);

    private static ArmResponse Error(string code, int status, ArmRequest request, DateTimeOffset now, Detail[] details) => new()
    {
        Status = status,
        Headers = [new("x-ms-failure-cause", "gateway")],
        Body = JsonWriting.ToBytes(json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteString("code", code);
            json.WriteString("message", string.Create(
                CultureInfo.InvariantCulture, $"Please provide below info when asking for support: timestamp = {now.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffffffZ}, correlationId = {request.CorrelationId}."));
            json.WriteStartArray("details");
            foreach (var detail in details)
            {
                json.WriteStartObject();
                json.WriteString("code", detail.Code);
                json.WriteString("message", detail.Message);
                if (detail.Fault is { } fault)
                {
                    WritePlace(json, fault, detail.Query);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }),
    };

    private static void WritePlace(System.Text.Json.Utf8JsonWriter json, KqlFault fault, string query)
    {
        var (line, character) = KqlFault.Place(query, fault.At);
        json.WriteNumber("line", line);
        json.WriteNumber("characterPositionInLine", character);
        if (fault.Token is { } token)
        {
            json.WriteString("token", token);
        }

        if (fault.Expected is { } expected)
        {
            json.WriteString("expectedToken", expected);
        }
    }

    private sealed record Detail(string Code, string Message)
    {
        public KqlFault? Fault { get; init; }

        public string Query { get; init; } = "";
    }
}
