namespace NodePortSim.Collections;

/// <summary>Does the same to many things on all cores, where they are many enough for that to pay.</summary>
internal static class Batches
{
    private const int Size = 128;

    /// <summary>Calls <paramref name="body"/> with each number below <paramref name="count"/>, in no promised order.</summary>
    public static void Run(int count, Action<int> body)
    {
        if (count <= 2 * Size)
        {
            for (int i = 0; i < count; i++) body(i);
            return;
        }

        Parallel.For(0, (count + Size - 1) / Size, batch =>
        {
            for (int i = batch * Size; i < Math.Min(count, (batch + 1) * Size); i++) body(i);
        });
    }
}
