namespace NodePortSim.Tests;

/// <summary>What code allocates.</summary>
internal static class Allocation
{
    private const int Rounds = 3;

    /// <summary>The bytes that an action allocates on this thread, in the best of three rounds.</summary>
    /// <remarks>A collection that tests on other threads cause meanwhile may charge a thread with the rest of its allocation context, up to 8 kB.</remarks>
    /// <param name="round">The action, which must do the same work each time; it is given the number of the round.</param>
    /// <param name="prepare">What comes before each round, and is not counted.</param>
    public static long Of(Action<int> round, Action? prepare = null)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Rounds && least > 0; i++)
        {
            prepare?.Invoke();
            long before = GC.GetAllocatedBytesForCurrentThread();
            round(i);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
