using System.Text;
using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using Amazon.DynamoDBv2.Model.Internal.MarshallTransformations;
using Amazon.Runtime.Internal.Transform;

namespace StreamWorker.Bench.Event;

/// <summary>The AWS SDK's own way from bytes to <c>AttributeValue</c> dictionaries: the unmarshaller of BatchGetItem, given all keys and images of an event as items.</summary>
internal sealed class SdkImages
{
    private readonly byte[] _answer;

    public SdkImages(byte[] lambdaEvent)
    {
        var items = new List<string>();
        foreach (var record in JsonDocument.Parse(lambdaEvent).RootElement.GetProperty("Records").EnumerateArray())
        {
            var change = record.GetProperty("dynamodb");
            foreach (var name in new[] { "Keys", "NewImage", "OldImage" })
            {
                if (change.TryGetProperty(name, out var item))
                    items.Add(item.GetRawText());
            }
        }

        _answer = Encoding.UTF8.GetBytes($$$"""{"Responses":{"Orders":[{{{string.Join(',', items)}}}]},"UnprocessedKeys":{}}""");
    }

    public int Read()
    {
        using var stream = new MemoryStream(_answer);
        using var context = new JsonUnmarshallerContext(stream, false, null, false, null);
        var answer = (BatchGetItemResponse)BatchGetItemResponseUnmarshaller.Instance.Unmarshall(context);
        return answer.Responses["Orders"].Count;
    }
}
