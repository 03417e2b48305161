using System.Globalization;
using System.Text;

namespace StreamWorker.Bench.Event;

/// <summary>Events of orders: records of about 2.1 KB and images of about 1.1 KB; 35 % inserts, 50 % modifications, 15 % removals. The same for the same number of records.</summary>
internal static class EventData
{
    private const int NoteLength = 330;

    public static byte[] Make(int records)
    {
        var random = new Random(records);
        var json = new StringBuilder("{\"Records\":[");
        for (var i = 0; i < records; i++)
            AppendRecord(json, i, random);
        json.Length--;
        json.Append("]}");
        return Encoding.UTF8.GetBytes(json.ToString());
    }

    private static void AppendRecord(StringBuilder json, int number, Random random)
    {
        var kind = random.NextDouble();
        var eventName = kind < 0.35 ? "INSERT" : kind < 0.85 ? "MODIFY" : "REMOVE";
        json.Append(CultureInfo.InvariantCulture, $$$$"""{"eventID":"{{{{number:x32}}}}","eventName":"{{{{eventName}}}}","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"eu-central-1","dynamodb":{"ApproximateCreationDateTime":1795448752,"Keys":{"id":{"S":"order-{{{{number}}}}"}},""");
        if (eventName != "REMOVE")
            AppendImage(json.Append("\"NewImage\":"), number, "paid", random);
        if (eventName != "INSERT")
            AppendImage(json.Append("\"OldImage\":"), number, "open", random);
        json.Append("\"SequenceNumber\":\"").Append((100000000000000000001m + number).ToString(CultureInfo.InvariantCulture))
            .Append("\",\"SizeBytes\":1400,\"StreamViewType\":\"NEW_AND_OLD_IMAGES\"},\"eventSourceARN\":\"arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-01-31T12:00:00.000\"},");
    }

    private static void AppendImage(StringBuilder json, int number, string status, Random random)
    {
        var receipt = Convert.ToBase64String(BitConverter.GetBytes(random.NextInt64()));
        json.Append("{\"id\":").Append(Text($"order-{number}"))
            .Append(",\"customer\":").Append(Text($"customer-{random.Next(100_000)}"))
            .Append(",\"version\":").Append(Number(random.Next(1, 50)))
            .Append(",\"status\":").Append(Text(status))
            .Append(",\"total\":").Append(Number(random.Next(100, 1_000_000) / 100m))
            .Append(",\"paid\":{\"BOOL\":").Append(status == "paid" ? "true" : "false")
            .Append("},\"coupon\":{\"NULL\":true},\"tags\":{\"SS\":[\"web\",\"new\",\"gift\"]},\"sizes\":{\"NS\":[\"38\",\"40.5\"]},\"receipt\":{\"B\":\"").Append(receipt)
            .Append("\"},\"address\":{\"M\":{\"street\":").Append(Text($"Hauptstra\u00dfe {random.Next(1, 200)}"))
            .Append(",\"zip\":").Append(Text($"{random.Next(10_000, 99_999)}"))
            .Append(",\"city\":").Append(Text("Ulm \\\"an der\\\" Donau"))
            .Append(",\"country\":").Append(Text("DE"))
            .Append("}},\"lines\":{\"L\":[");
        for (var lines = random.Next(3, 6); lines > 0; lines--)
        {
            json.Append("{\"M\":{\"sku\":").Append(Text($"sku-{random.Next(10_000)}"))
                .Append(",\"count\":").Append(Number(random.Next(1, 9)))
                .Append(",\"price\":").Append(Number(random.Next(100, 100_000) / 100m))
                .Append(lines > 1 ? "}}," : "}}");
        }

        json.Append("]},\"note\":").Append(Text(new string('x', NoteLength))).Append("},");
    }

    private static string Text(string value) => $"{{\"S\":\"{value}\"}}";

    private static string Number(decimal value) => string.Create(CultureInfo.InvariantCulture, $"{{\"N\":\"{value}\"}}");
}
