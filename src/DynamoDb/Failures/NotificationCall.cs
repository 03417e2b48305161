using System.Text;
using Amazon.Runtime;

namespace StreamWorker.DynamoDb.Failures;

/// <summary>A call of SNS's Query protocol: a form.</summary>
internal sealed class NotificationCall : AmazonWebServiceRequest
{
    private const string Version = "2010-03-31";

    public NotificationCall(string action, params ReadOnlySpan<(string Name, string Value)> parameters)
    {
        var form = new StringBuilder($"Action={action}");
        foreach (var (name, value) in parameters)
            form.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        Body = Encoding.UTF8.GetBytes(form.Append("&Version=").Append(Version).ToString());
    }

    public byte[] Body { get; }
}
