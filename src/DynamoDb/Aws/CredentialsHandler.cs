using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;

namespace StreamWorker.DynamoDb.Aws;

/// <summary>
/// Chooses Signature Version 4 and gets the credentials before a request is sent, within the call's time-out; whatever goes wrong here is a
/// <see cref="CredentialsException"/>, so that it is never taken for an answer of the service.
/// </summary>
internal sealed class CredentialsHandler : BaseAuthResolverHandler
{
    public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
    {
        var context = executionContext.RequestContext;
        try
        {
            await PreInvokeAsync(executionContext).WaitAsync(context.CancellationToken);
            if (context.Identity is AWSCredentials credentials)
                await credentials.GetCredentialsAsync().WaitAsync(context.CancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new CredentialsException(exception);
        }

        return await InnerHandler.InvokeAsync<T>(executionContext);
    }

    protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) => AuthSchemeOption.DEFAULT_SIGV4;
}
