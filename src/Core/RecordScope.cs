using Microsoft.Extensions.DependencyInjection;

namespace StreamWorker;

/// <summary>The dependency injection scope of one record, made when somebody asks for it: a handler without services costs none. Used from several threads.</summary>
internal sealed class RecordScope(IServiceScopeFactory scopes) : IAsyncDisposable
{
    private IServiceScope? _scope;

    public IServiceProvider Services => (Volatile.Read(ref _scope) ?? Make()).ServiceProvider;

    public ValueTask DisposeAsync()
    {
        switch (_scope)
        {
            case null:
                return default;
            case IAsyncDisposable scope:
                return scope.DisposeAsync();
            default:
                _scope.Dispose();
                return default;
        }
    }

    private IServiceScope Make()
    {
        var made = scopes.CreateScope();
        if (Interlocked.CompareExchange(ref _scope, made, null) is not { } first)
            return made;
        made.Dispose();
        return first;
    }
}
