using Microsoft.Extensions.Options;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Checks that a consumer has tumbling windows exactly when its handler is one of windows. A processor of its own, as behind HTTP, may be either.</summary>
internal sealed class WindowCheck(string consumer, bool handlesWindows, bool hasOwnProcessor) : IValidateOptions<ConsumerOptions>
{
    public ValidateOptionsResult Validate(string? name, ConsumerOptions options)
    {
        if (name != consumer || hasOwnProcessor || handlesWindows == (options.TumblingWindowInSeconds > 0))
            return ValidateOptionsResult.Skip;
        var rules = new SettingRules($"StreamWorker:Consumers:{name}");
        rules.Fault(
            nameof(options.TumblingWindowInSeconds),
            options.TumblingWindowInSeconds,
            handlesWindows ? "must be 1 to 900: the consumer's handler is one of tumbling windows" : "must be 0: the consumer's handler gives no state back, call HandleWindow");
        return ValidateOptionsResult.Fail(rules.Faults);
    }
}
