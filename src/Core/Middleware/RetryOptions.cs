using StreamWorker.Diagnostics;

namespace StreamWorker.Middleware;

/// <summary>How a record is tried again in place. The delay doubles with each try.</summary>
public sealed class RetryOptions
{
    /// <summary>Gets or sets how often a record is tried again after the first time.</summary>
    /// <value>The default is 3. Allowed: 1 to 100.</value>
    public int MaxRetries { get; set; } = 3;

    /// <summary>Gets or sets the delay before the first retry.</summary>
    /// <value>The default is 200 ms. Allowed: 0 to 1 hour.</value>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Gets or sets the longest delay.</summary>
    /// <value>The default is 5 seconds. Allowed: <see cref="Delay"/> to 1 hour.</value>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets whether delays are spread at random, so that workers that failed together do not come back together.</summary>
    /// <value>The default is true.</value>
    public bool UseJitter { get; set; } = true;

    /// <summary>Gets or sets where the spread comes from.</summary>
    /// <value>Gives numbers from 0 up to, but not including, 1, to several threads. The default is null: a source of the process's own.</value>
    public Func<double>? Randomizer { get; set; }

    /// <summary>Gets or sets which errors are worth another try.</summary>
    /// <value>
    /// The default is every error, except those of this library that another try does not change, such as an image that cannot be read. An error of work
    /// that was told to stop is never tried again and is not asked about.
    /// </value>
    public Func<Exception, bool> ShouldRetry { get; set; } = static error => error is not StreamWorkerException { IsTransient: false };

    internal void ThrowIfInvalid(string consumer)
    {
        var longest = TimeSpan.FromHours(1);
        ThrowUnless(MaxRetries is >= 1 and <= 100, nameof(MaxRetries), MaxRetries, "1 to 100");
        ThrowUnless(Delay >= TimeSpan.Zero && Delay <= longest, nameof(Delay), Delay, $"0 to {longest}");
        ThrowUnless(MaxDelay >= Delay && MaxDelay <= longest, nameof(MaxDelay), MaxDelay, $"Delay ({Delay}) to {longest}");
        ThrowUnless(ShouldRetry is not null, nameof(ShouldRetry), null, "a function");

        void ThrowUnless(bool valid, string name, object? value, string rule)
        {
            if (!valid)
                throw new ArgumentOutOfRangeException(name, value, $"Consumer '{consumer}': {name} of the retry is out of its range: {rule}.");
        }
    }
}
