using System.Security.Cryptography;
using System.Text;

namespace StreamWorker.DynamoDb.Tests.Fakes;

/// <summary>AWS Signature Version 4, computed from what was received: a second implementation beside the SDK's.</summary>
internal static class SignatureVersion4
{
    /// <summary>Gives the Authorization header that a request must carry.</summary>
    public static string Authorization(ReceivedRequest request, string accessKey, string secretKey, string region, string service)
    {
        var names = request.Headers["Authorization"].Split("SignedHeaders=")[1].Split(',')[0];
        var canonical = string.Join(
            '\n',
            [
                request.Method, request.Path, "", .. names.Split(';').Select(name => $"{name}:{request.Headers[name].Trim()}"), "", names, Hex(SHA256.HashData(request.Body)),
            ]);
        var time = request.Headers["X-Amz-Date"];
        var scope = $"{time[..8]}/{region}/{service}/aws4_request";
        var toSign = $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + secretKey);
        foreach (var part in (string[])[time[..8], region, service, "aws4_request", toSign])
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return $"AWS4-HMAC-SHA256 Credential={accessKey}/{scope}, SignedHeaders={names}, Signature={Hex(key)}";
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
