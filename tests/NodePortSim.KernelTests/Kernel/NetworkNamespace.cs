using System.ComponentModel;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace NodePortSim.KernelTests.Kernel;

/// <summary>A named network namespace. Sockets and tools keep the namespace of the thread that made them.</summary>
internal sealed partial class NetworkNamespace(string name)
{
    private const int CloneNewNet = 0x40000000;
    private const int ReadOnlyCloseOnExec = 0x80000;

    public string Name { get; } = name;

    /// <summary>Runs an action in the namespace, on a thread of its own: entering changes a thread for good.</summary>
    public T Run<T>(Func<T> action)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter();
                result = action();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    public void Run(Action action) => Run(() =>
    {
        action();
        return true;
    });

    /// <summary>Runs a tool in the namespace.</summary>
    public string Tool(string program, params string[] arguments) => Run(() => Command.Run(program, arguments));

    /// <summary>Runs a tool in the namespace, with a text on its standard input.</summary>
    public string ToolWithInput(string input, string program, params string[] arguments) => Run(() => Command.Run(program, arguments, input));

    /// <summary>Sets kernel parameters of the namespace, by their dotted names.</summary>
    /// <param name="values">The values.</param>
    /// <param name="onlyKnown">Whether to leave out those that the kernel does not have for each namespace.</param>
    public void SetSysctls(IEnumerable<KeyValuePair<string, string>> values, bool onlyKnown = false) => Run(() =>
    {
        foreach ((string key, string value) in values)
        {
            string path = "/proc/sys/" + key.Replace('.', '/');
            if (!onlyKnown || File.Exists(path)) File.WriteAllText(path, value);
        }
    });

    private void Enter()
    {
        int file = Open("/run/netns/" + Name, ReadOnlyCloseOnExec);
        if (file < 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), "open network namespace " + Name);
        int result = SetNamespace(file, CloneNewNet);
        int error = Marshal.GetLastPInvokeError();
        _ = Close(file);
        if (result != 0) throw new Win32Exception(error, "enter network namespace " + Name);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int file, int type);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
