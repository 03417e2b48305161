// The trace id is a variable of the process (A4): two functions in it would overwrite each other's.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
