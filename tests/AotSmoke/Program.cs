using StreamWorker.AotSmoke;

// Runs what Core offers, compiled ahead of time. One line a check; the exit code is the number of those that are wrong.
var failed = 0;
foreach (var (name, check) in Checks.All)
{
    try
    {
        await check();
        Console.WriteLine($"right: {name}");
    }
    catch (Exception e)
    {
        failed++;
        Console.WriteLine($"WRONG: {name}: {e}");
    }
}

return failed;
